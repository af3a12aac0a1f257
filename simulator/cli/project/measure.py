"""``project measure``: trainings on a project's own labeled volumes, on which its answer rests from then on."""

from pathlib import Path
from typing import Annotated

import typer

from ...campaigns import require_writable
from ...campaigns.adaptive import DEFAULT_TRAININGS
from ...planning.own_measure import rest_on_hers
from ...planning.scoring import gather_full
from ...planning.visits import plan_project
from ...protocols import FAST
from ...settings import load_settings
from ...store import Aim
from ..options import JsonOption
from ..preparing import choose_n_trainings, say_problems
from ..printing import say
from ..running import run_adaptive
from ..scoring import last_folder
from ..showing import is_terminal
from ..telling import print_answer
from .answering import answer_known
from .finding import NameArgument, save

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def measure(
    name: NameArgument,
    *,
    labels: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of label maps; that of the last update if not given."),
    ] = None,
    trainings: Annotated[
        int, typer.Option(metavar="N", min=1, help="At most; it stops when the answers are settled.")
    ] = DEFAULT_TRAININGS,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Simulations at once.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Simulate on the volumes that are labeled in full, ten or more: the answer rests on them from then on."""
    settings = load_settings()
    require_writable(settings)
    n_workers = choose_n_trainings(workers, settings=settings)
    project, answer = answer_known(name, settings=settings)
    plan = plan_project(answer, keeps_all=True)
    source = gather_full(plan, labels or last_folder(project), settings=settings)
    say_problems(source)
    save(rest_on_hers(project, source.reference), settings=settings)
    run_adaptive(
        source,
        aim=Aim(n_trainings=trainings),
        protocol=FAST.name,
        settings=settings,
        n_workers=n_workers,
        run=None,
        is_json=json or not is_terminal(),
    )
    _, answer = answer_known(name, settings=settings)
    print_answer(answer, json=json)
    if answer.reference is None or not answer.reference.is_hers:
        say(
            "Too little is measured on them for the answer to rest on it yet; the same command goes on.",
            is_aside=True,
        )
