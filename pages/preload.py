"""What pages import, loaded while the first visitor's browser still loads the dashboard itself."""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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
    with _LOADING, _without_collecting():
        for path in sorted(PAGES.rglob("*.py")):
            if path.stem not in SCRIPTS:
                import_module(".".join(path.relative_to(PAGES.parent).with_suffix("").parts))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the garbage collector from looking again and again through modules that stay: a quarter of their import."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@asynccontextmanager
async def preloaded(app: object) -> AsyncIterator[None]:
    """Preload beside a server that has just started: it takes two seconds, as a browser does before it asks."""
    Thread(target=preload, daemon=True).start()
    yield
