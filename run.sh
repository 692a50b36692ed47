#!/usr/bin/env bash
# Sets up what is missing and runs the benchmark. ./run.sh --help lists the options.
set -euo pipefail
script="${BASH_SOURCE[0]}"
# Where an output is closed, Bash has opened this file in its place.
if [ /dev/fd/1 -ef "$script" ]; then exec >/dev/null; fi
if [ /dev/fd/2 -ef "$script" ]; then exec 2>/dev/null; fi
case "$script" in */*) ;; *) script="./$script" ;; esac
while [ -L "$script" ]; do
  link="$(readlink "$script")"
  case "$link" in /*) script="$link" ;; *) script="${script%/*}/$link" ;; esac
done
root="$(CDPATH='' builtin cd -P -- "${script%/*}/" && builtin pwd -P)"
# shellcheck source=orchestrator/bootstrap.sh
source "$root/orchestrator/bootstrap.sh"
bootstrap "$root" prod
start_program "$root" "$@"
