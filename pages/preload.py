"""What pages import, loaded while the first visitor's browser still loads the dashboard itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock, Thread

__all__ = ["preload", "preloaded"]

PAGES = Path(__file__).parent
SCRIPTS = ("main", "page")
"""Run by Streamlit, and never imported."""

_LOADING = Lock()


@cache
def preload() -> None:
    """Import all modules of pages; who comes while another thread does so waits for it.

    Of two threads that load modules which import each other, one may be given a module that is half there.
    """
    with _LOADING:
        for path in sorted(PAGES.rglob("*.py")):
            if path.stem not in SCRIPTS:
                import_module(".".join(path.relative_to(PAGES.parent).with_suffix("").parts))


@asynccontextmanager
async def preloaded(app: object) -> AsyncIterator[None]:
    """Preload beside a server that has just started: it takes two seconds, as a browser does before it asks."""
    Thread(target=preload, daemon=True).start()
    yield
