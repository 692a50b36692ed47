"""Measures the Python Eliza runtime: `bench.py --scenarios all --output FILE`.

docs/harness-contract.md describes the options and the measurement file.
"""

import os
import sys

from eliza_bench.bench import main

if __name__ == "__main__":
    # A trial watches who else calls it.
    end_process = os._exit
    status = main(sys.argv[1:])
    if "--agent" in sys.argv:
        # A thread of a plugin may never end.
        sys.stdout.flush()
        sys.stderr.flush()
        end_process(status)
    sys.exit(status)
