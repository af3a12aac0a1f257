"""Many simulations: what a grid asks for, what is pending, one worker that runs it, and how far it is."""

from typing import TYPE_CHECKING

from ..rooms import open_rooms

if TYPE_CHECKING:
    from .alone import has_semaphores
    from .grid import Grid, expand_grid, read_grid
    from .launch import (
        cancel_campaign,
        launch_worker,
        require_writable,
        resume_campaign,
        start_campaign,
    )
    from .lock import hold_lock, is_working
    from .processors import count_processors
    from .progress import CampaignProgress, Progress, find_progress
    from .queue import ask, estimate_seconds, find_missing
    from .running import Running

__all__ = [
    "CampaignProgress",
    "Grid",
    "Progress",
    "Running",
    "ask",
    "cancel_campaign",
    "count_processors",
    "estimate_seconds",
    "expand_grid",
    "find_missing",
    "find_progress",
    "has_semaphores",
    "hold_lock",
    "is_working",
    "launch_worker",
    "read_grid",
    "require_writable",
    "resume_campaign",
    "start_campaign",
]

__getattr__ = open_rooms(
    __name__,
    {
        "CampaignProgress": ".progress",
        "Grid": ".grid",
        "Progress": ".progress",
        "Running": ".running",
        "ask": ".queue",
        "cancel_campaign": ".launch",
        "count_processors": ".processors",
        "estimate_seconds": ".queue",
        "expand_grid": ".grid",
        "find_missing": ".queue",
        "find_progress": ".progress",
        "has_semaphores": ".alone",
        "hold_lock": ".lock",
        "is_working": ".lock",
        "launch_worker": ".launch",
        "read_grid": ".grid",
        "require_writable": ".launch",
        "resume_campaign": ".launch",
        "start_campaign": ".launch",
    },
)
