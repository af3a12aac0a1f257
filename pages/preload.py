"""What pages import, loaded while the first visitor's browser still loads the dashboard itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread

__all__ = ["preload", "preloaded"]

PAGES = Path(__file__).parent
SCRIPTS = ("main", "page")
"""Run by Streamlit, and never imported."""

FIRST = ("common", "project")
"""What the bare address needs; the rest is loaded after it."""


def preload() -> None:
    """Import all modules of pages, those of the first page first."""
    modules = (path for path in PAGES.rglob("*.py") if path.stem not in SCRIPTS)
    for path in sorted(modules, key=lambda path: (path.parent.name not in FIRST, path)):
        import_module(".".join(path.relative_to(PAGES.parent).with_suffix("").parts))


@asynccontextmanager
async def preloaded(app: object) -> AsyncIterator[None]:
    """Preload beside a server that has just started: it takes two seconds, as a browser does before it asks."""
    Thread(target=preload, daemon=True).start()
    yield
