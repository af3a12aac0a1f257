"""``project plan``: the files that annotators open."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ...files import open_output
from ...planning.tools import NO_TOOL, TOOLS, PassedOver, get_tool
from ...planning.visits import ProjectPlan, hold_to_plan, plan_project
from ...reports.handover import write_handover
from ...settings import load_settings
from ...wording.passed_over import say_passed_over
from ..options import JsonOption, print_json
from ..printing import say
from ..telling import describe_plan
from .answering import answer_known
from .finding import NameArgument, save

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def plan(
    name: NameArgument,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.zip", help="File to write.")],
    tool: Annotated[
        str, typer.Option(help=f"What the annotators open: {', '.join([*TOOLS, NO_TOOL])}.")
    ] = NO_TOOL,
    json: JsonOption = False,
) -> None:
    """Write what annotators need as one zip, and hold to that plan from then on."""
    settings, found = load_settings(), get_tool(tool)
    _, answer = answer_known(name, settings=settings)
    held = hold_to_plan(answer, tool=found.name if found else "")
    if not settings.is_read_only:
        save(held, settings=settings)
    made = plan_project(replace(answer, project=held))
    with open_output(output) as file:
        passed_over = write_handover(file, made, tool=found)
    if json:
        print_json(_as_json(made, passed_over, output=output, tool=tool))
        return
    for line in say_passed_over(passed_over):
        say(f"no files for {found.title if found else tool}: {line}", is_aside=True)
    say(f"{output}: {describe_plan(made)}.")


def _as_json(
    made: ProjectPlan, passed_over: tuple[PassedOver, ...], *, output: Path, tool: str
) -> dict[str, object]:
    """Lay out what was handed over as scripts read it."""
    return {
        "name": made.answer.project.name,
        "file": str(output),
        "tool": tool,
        "n_volumes": len(made.visits),
        "hours": made.hours,
        "left_out": [{"volume": one.volume.name, "why": one.why} for one in made.left_out],
        "passed_over": [
            {"volume": one.volume.name, "why": one.why, "what_to_do": one.what_to_do} for one in passed_over
        ],
    }
