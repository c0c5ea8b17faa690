"""Run every benchmark, one process each, the quick ones first."""

import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ORDER: Final = (
    "decode",
    "intake_store",
    "bulk",
    "figures",
    "duplicates",
    "queue_model",
    "map",
    "start",
    "million",
    "filing",
    "blowing",
    "whistles",
    "telling",
    "live",
    "idle",
)


def main() -> int:
    """Run them all; returns how many failed."""
    wanted = sys.argv[1:] or ORDER
    failed = 0
    for name in wanted:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False
        )
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
