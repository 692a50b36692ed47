"""Micro-benchmarks of the framework's single operations: `micro.py --fast -o FILE`.

pyperf starts this script again for every process of every benchmark.
"""

from eliza_bench.micro import main

if __name__ == "__main__":
    main()
