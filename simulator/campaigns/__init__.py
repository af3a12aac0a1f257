"""Many simulations: what a grid asks for, what is pending, one worker that runs it, and how far it is."""

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
