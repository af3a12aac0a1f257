"""A dashboard on made records, as benchmarks of its pages start it: with every page's address, on a port of its own."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import psutil

from simulator.records import SimulationRequest, canonical_json, parse_record
from simulator.settings import PROJECT

PAGES = (
    "project",
    "plan",
    "progress",
    "procedure",
    "frontier",
    "virtues",
    "saturation",
    "records",
    "data",
    "simulate",
)


def write_records(path, *, n_records):
    """Write the published records of the hippocampus again and again, each time with other seeds: no two of one key."""
    published = PROJECT / "cache" / "published" / "Task04_Hippocampus.jsonl"
    records = [parse_record(line) for line in published.read_bytes().splitlines()]
    with path.open("w") as file:
        for index in range(n_records):
            record = records[index % len(records)]
            request = SimulationRequest(
                dataset=record.dataset,
                virtues=record.virtues,
                protocol=record.protocol,
                seed=record.seed + 1000 * (1 + index // len(records)),
            )
            again = record.model_dump(mode="json") | {"seed": request.seed, "key": request.key}
            file.write(f"{canonical_json(again)}\n")


@contextmanager
def serve(command, *, port, **variables):
    """Start a server, and stop it at the end; yields its process."""
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=PROJECT,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            while True:
                with suppress(OSError), socket.create_connection(("localhost", port), timeout=1):
                    break
                if server.poll() is not None:
                    raise RuntimeError(f"{command[0]} did not start")
                time.sleep(0.02)
            yield psutil.Process(server.pid)
        finally:
            server.kill()


def serve_pages(cache, *, port):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    return serve(command, port=port, LABELWISE_CACHE=str(cache))


def free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]
