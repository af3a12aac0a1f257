"""All that is imported by the process which a pool's processes are forked from: they share what it holds.

What cannot be imported is left to them: each then says why. The garbage collector of each would write into all of it,
and so make it a copy of its own; here it would take a quarter of the imports' time, and find next to nothing.
"""

import gc
import importlib
import os
from contextlib import suppress

gc.disable()
with suppress(Exception):
    importlib.import_module(os.environ["LABELWISE_PRELOAD"])
gc.freeze()
gc.enable()
