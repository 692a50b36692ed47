"""Measures the Python Eliza runtime: `bench.py --scenarios all --output FILE`.

docs/harness-contract.md describes the options and the measurement file.
"""

import sys

from eliza_bench.bench import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
