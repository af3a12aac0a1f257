"""Everything that is measured of speed, one script after the other, so that none is in the other's way."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

SCRIPTS = ("intake", "training", "campaigns", "pages", "serving", "store", "scaling")
"""In order; ``gpu`` stands apart, as it needs one."""


def run_script(name: str, *, is_quick: bool) -> bool:
    """Run one script in a process of its own, and say whether it went through."""
    command = [sys.executable, str(Path(__file__).with_name(f"{name}.py")), *["--quick"] * is_quick]
    start = time.perf_counter()
    print(f"\n## {name}\n", flush=True)
    done = subprocess.run(command, check=False)  # noqa: S603
    print(f"\n{name}: {time.perf_counter() - start:.0f} s", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="*", default=SCRIPTS, metavar="script", help=", ".join(SCRIPTS))
    parser.add_argument(
        "--quick", action="store_true", help="less of everything, and results.md stays as it is"
    )
    asked = parser.parse_args()
    failed = [name for name in asked.scripts if not run_script(name, is_quick=asked.quick)]
    raise SystemExit(f"failed: {', '.join(failed)}" if failed else 0)
