#!/usr/bin/env bash
# Sets up what is missing and runs the benchmark. ./run.sh --help lists the options.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=orchestrator/bootstrap.sh
source "$root/orchestrator/bootstrap.sh"
bootstrap "$root" prod
exec node --import "$root/node_modules/tsx/dist/esm/index.mjs" "$root/orchestrator/main.ts" "$@"
