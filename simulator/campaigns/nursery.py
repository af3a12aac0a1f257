"""The last that is imported by the process which a pool's processes are forked from: they share what it holds.

The garbage collector of each would write into all of it, and so make it a copy of its own.
"""

import gc

gc.collect()
gc.freeze()
