#!/usr/bin/env bash
# Sets up what is missing and runs the benchmark. ./run.sh --help lists the options.
set -euo pipefail
script="${BASH_SOURCE[0]}"
while [ -L "$script" ]; do
  link="$(readlink "$script")"
  case "$link" in /*) script="$link" ;; *) script="$(dirname "$script")/$link" ;; esac
done
root="$(CDPATH='' cd -P -- "$(dirname "$script")" && pwd -P)"
# shellcheck source=orchestrator/bootstrap.sh
source "$root/orchestrator/bootstrap.sh"
bootstrap "$root" prod
exec node --import "$(file_url "$root/node_modules/tsx/dist/esm/index.mjs")" "$root/orchestrator/main.ts" "$@"
