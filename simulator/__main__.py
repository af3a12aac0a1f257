"""``python -m simulator``: the command line."""

import gc

from .cli import main

if __name__ == "__main__":
    # What a command loads and reads is freed by counting, or stays: looking for circles costs a tenth of it.
    gc.set_threshold(100_000)
    code = main()
    # What is left goes with the process.
    gc.freeze()
    raise SystemExit(code)
