"""Takes a CPU profile of a scenario: `profile_run.py --scenario ID --output FILE`.

It is not called profile.py, because Python's own profilers import a module of that name.
"""

import sys

from eliza_bench.profile import main

if __name__ == "__main__":
    sys.exit(main())
