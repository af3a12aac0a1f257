"""What CVAT's own package says of the request, and what the script does with it."""

import json

import pytest

from simulator.planning.tools.cvat import CVAT
from tests.handover.outside import run_outside, write_files
from tests.planning.pictured import make_pictured

pytestmark = pytest.mark.slow

REQUEST = """
import importlib.util, json, sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from cvat_sdk import exceptions, models

spec = importlib.util.spec_from_file_location("create_task", Path(sys.argv[1]) / "create_task.py")
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)
asked = {}

@contextmanager
def make_client(address, *, credentials):
    def create_from_data(*, spec, resources, data_params):
        asked.update(task=spec.to_dict(), data=models.DataRequest(**data_params).to_dict())
        asked["files"] = [[path.name, path.is_file()] for path in resources]
        return SimpleNamespace(id=1)
    yield SimpleNamespace(tasks=SimpleNamespace(create_from_data=create_from_data))

script.make_client = make_client
script.getpass = SimpleNamespace(getpass=lambda prompt: "secret")
sys.argv[1:] = ["http://localhost:8080", "someone"]
script.main()
wrong = {**script.read_request()[1], "validation_params": {"mode": "twice", "frame_selection_method": "manual"}}
try:
    models.DataRequest(**wrong)
except exceptions.ApiException:
    asked["refused"] = False
except (exceptions.ApiTypeError, exceptions.ApiValueError):
    asked["refused"] = True
print(json.dumps(asked))
"""


def test_the_script_asks_for_what_the_models_accept(tmp_path):
    plan = make_pictured(tmp_path / "images", structure='<b>"Mandible"')
    files = list(CVAT.write(plan))
    folder = write_files(tmp_path / "handed", files)
    asked = run_outside(REQUEST, folder, package="cvat_sdk")
    request = json.loads(dict(files)["jobs.json"])
    assert asked["task"] == request["task"]
    assert asked["data"] == request["data"]
    assert asked["data"]["validation_params"]["frames"]
    assert asked["files"] == [[name, True] for job in request["data"]["job_file_mapping"] for name in job]
    assert asked["refused"]
