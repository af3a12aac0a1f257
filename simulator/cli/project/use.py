"""``project use``: the new plan takes the place of the old one."""

import typer

from ...campaigns import require_writable
from ...errors import ProjectError
from ...planning.going_on import go_on
from ...planning.progress import find_progress
from ...planning.updates import follow_plan
from ...planning.visits import plan_project
from ...settings import load_settings
from ...wording.projects import say_next
from ...wording.spans import plain
from ..printing import say
from ..telling import describe_plan
from .answering import answer_known
from .finding import NameArgument, save

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def use(name: NameArgument) -> None:
    """Take the new plan that update proposes; the next project plan writes it."""
    settings = load_settings()
    require_writable(settings)
    _, answer = answer_known(name, settings=settings)
    progress = find_progress(plan_project(answer))
    following = go_on(progress)
    if following is None:
        raise ProjectError(
            f"{name} has no new plan yet: one follows once a volume to train on came back, while hours are left"
        )
    if following.is_same:
        say(plain(say_next(following, progress)))
        return
    save(follow_plan(following, progress), settings=settings)
    _, answer = answer_known(name, settings=settings)
    say(f"{name} goes by the new plan: {describe_plan(plan_project(answer))}. project plan writes it.")
