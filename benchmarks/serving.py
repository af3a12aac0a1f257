"""Fifty people at once, and five hundred one after the other, on the server as it is started for them.

Nobody has a browser here: each is a WebSocket that says what a browser would say, so that two cores are the server's.
Measured are the wait from a moved slider to the end of its rerun, the server's CPU for it, and the memory that visits
leave behind. Takes about five minutes with 10,000 records.
"""

import argparse
import asyncio
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.dashboard import PAGES, free_port, serve_pages, write_records
from benchmarks.report import Row, tell
from simulator.settings import PROJECT

EVERY_SECONDS, ROUND_SECONDS = 10.0, 60.0
MARKS = (50, 125, 250, 500)
"""Visits after which memory is read."""

PATIENCE_SECONDS = 600.0
"""A server that is too slow is measured, not waited for for ever."""


@dataclass(kw_only=True)
class Visitor:
    """What a browser keeps of one tab, as far as it has to be sent back.

    Parameters
    ----------
    socket : ClientConnection
    page : str
        As in the address; "" is the first page.
    query : str
        Behind the question mark of the address.
    slider : Slider
        The last one that was shown.
    fragment : str
        What alone runs again when it is moved; "" for the page.
    """

    socket: ClientConnection
    page: str
    query: str = ""
    slider: Slider = field(default_factory=Slider)
    fragment: str = ""

    async def look(self) -> float:
        """Open the page; gives the seconds until it is all there."""
        return await self._ask(BackMsg())

    async def move(self, value: float) -> float:
        """Move the slider; gives the seconds until all that follows from it is there."""
        asked = BackMsg()
        asked.rerun_script.fragment_id = self.fragment
        state = asked.rerun_script.widget_states.widgets.add(id=self.slider.id)
        state.double_array_value.data.append(value)
        return await self._ask(asked)

    async def _ask(self, asked: BackMsg) -> float:
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_name = self.page
        start = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for payload in self.socket:
                told = ForwardMsg.FromString(payload)
                self._note(told)
                if told.WhichOneof("type") == "script_finished" and told.script_finished in {
                    ForwardMsg.FINISHED_SUCCESSFULLY,
                    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
                }:
                    return time.perf_counter() - start
        raise ConnectionError("the server closed the connection")

    def _note(self, told: ForwardMsg) -> None:
        if told.HasField("page_info_changed"):
            self.query = told.page_info_changed.query_string
        if told.delta.new_element.HasField("slider"):
            self.slider, self.fragment = told.delta.new_element.slider, told.delta.fragment_id


@asynccontextmanager
async def visiting(port: int, page: str):
    """Come as a browser does, and go again."""
    address = f"ws://localhost:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None, compression=None) as socket:
        yield Visitor(socket=socket, page=page)


async def measure_crowd(server: psutil.Process, port: int, *, n_sessions: int, seconds: float) -> list[Row]:
    """Let everybody move the slider of Procedure again and again, each from a moment of their own."""
    rng = random.Random(0)  # noqa: S311
    async with asyncio.TaskGroup() as group:
        ready = asyncio.Barrier(n_sessions + 1)
        everybody = [
            group.create_task(_move_on(port, ready, start=rng.uniform(0, EVERY_SECONDS), seconds=seconds))
            for _ in range(n_sessions)
        ]
        await ready.wait()
        before, began = _cpu(server), time.perf_counter()
    waits = [wait for one in everybody for wait in one.result()]
    cpu, wall = _cpu(server) - before, time.perf_counter() - began
    of = f"{n_sessions} sessions that move a slider every {EVERY_SECONDS:g} s"
    p95 = statistics.quantiles(waits, n=20)[-1]
    return [
        Row(what=f"{of}: median of {len(waits)} waits", values=[statistics.median(waits)], unit="s"),
        Row(what=f"{of}: 95th percentile", values=[p95], unit="s", target=1.0),
        Row(what=f"{of}: a rerun", values=[cpu / len(waits)], unit="s CPU"),
        Row(what=f"{of}: cores busy", values=[cpu / wall], unit="of 2"),
    ]


async def _move_on(port: int, ready: asyncio.Barrier, *, start: float, seconds: float) -> list[float]:
    """Open Procedure, wait for all others, and move its slider to and fro; nobody moves it before it has come."""
    waits = []
    async with visiting(port, "procedure") as visitor:
        await visitor.look()
        await ready.wait()
        began = time.perf_counter()
        for turn in range(round(seconds / EVERY_SECONDS)):
            due = began + start + turn * EVERY_SECONDS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            slider = visitor.slider
            n_steps = round((slider.max - slider.min) / slider.step)
            position = 1 + (7 * turn + round(13 * start)) % (n_steps - 1)
            waits.append(await visitor.move(slider.min + position * slider.step))
    return waits


async def measure_visits(server: psutil.Process, port: int, *, marks: tuple[int, ...]) -> list[Row]:
    """Let one person after the other open a page and go, and read the memory in between."""
    used = {}
    for n_visits, page in zip(range(1, marks[-1] + 1), itertools.cycle(("", *PAGES[1:])), strict=False):
        async with visiting(port, page) as visitor:
            await visitor.look()
        if n_visits in marks:
            used[n_visits] = server.memory_full_info().uss / 2**20
    growth = 100 * (used[marks[-1]] / used[marks[1]] - 1)
    return [
        *(Row(what=f"memory after {n} visits", values=[mib], unit="MiB") for n, mib in used.items()),
        Row(what=f"growth from visit {marks[1]} to {marks[-1]}", values=[growth], unit="%", target=5.0),
    ]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def measure(cache: Path, *, n_sessions: int, seconds: float, marks: tuple[int, ...]) -> list[Row]:
    """Measure both, each on a server of its own."""
    port = free_port()
    with serve_pages(cache, port=port) as server:
        crowd = asyncio.run(measure_crowd(server, port, n_sessions=n_sessions, seconds=seconds))
    port = free_port()
    with serve_pages(cache, port=port) as server:
        return crowd + asyncio.run(measure_visits(server, port, marks=marks))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 records, 10 sessions, 40 visits")
    parser.add_argument("--records", type=int, default=10_000)
    asked = parser.parse_args()
    size = {"n_sessions": 50, "seconds": ROUND_SECONDS, "marks": MARKS}
    if asked.quick:
        asked.records, size = 1000, {"n_sessions": 10, "seconds": 2 * EVERY_SECONDS, "marks": (10, 20, 40)}
    with tempfile.TemporaryDirectory() as scratch:
        lines, cache = Path(scratch) / "records.jsonl", Path(scratch) / "cache"
        write_records(lines, n_records=asked.records)
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "simulator", "records", "import", str(lines)],
            cwd=PROJECT,
            env={**os.environ, "LABELWISE_CACHE": str(cache)},
            check=True,
        )
        rows = measure(cache, **size)
    tell("serving", rows, packages=("streamlit", "plotly"), is_quick=asked.quick)
