#!/usr/bin/env bash
# Runs one task of a fleet on its node.
#   node.sh PROGRAM in-place WORD...
#   node.sh PROGRAM FOLDER DIGEST WORD...
# PROGRAM is a folder that all nodes see. In the second form it is copied into FOLDER on the node's own disk,
# once for each DIGEST, and sets up its harnesses there. WORDs are those of `./run.sh fleet`.
set -euo pipefail
say() { echo "$(date -u +%H:%M:%S) ${SLURMD_NODENAME:-$(hostname)}: $1" >&2; }

# A copy that no task has used for so many days goes, with what it has set up.
unused_days=14
# A task whose program was killed goes back into the queue so often.
most_restarts=2

# Others may write where the folder lies, so it has to be this user's own.
# make_own_folder PATH
make_own_folder() {
  mkdir -p "$(dirname "$1")"
  mkdir -m 700 "$1" 2>/dev/null || true
  if [ -L "$1" ] || [ ! -d "$1" ] || [ ! -O "$1" ]; then
    say "error: $1 is not a folder of your own: name another with --local"
    exit 2
  fi
}

# copy_program PROGRAM FOLDER DIGEST
copy_program() {
  local from="$1" folder="$2" digest="$3"
  make_own_folder "$folder"
  exec 9>"$folder/lock"
  flock 9
  if [ ! -d "$folder/$digest" ]; then
    say "Copying the program to $folder"
    rm -rf "$folder"/new-*
    cp -R "$from" "$folder/new-$digest"
    mv "$folder/new-$digest" "$folder/$digest"
  fi
  touch "$folder/$digest"
  find "$folder" -mindepth 1 -maxdepth 1 -type d -mtime "+$unused_days" -exec rm -rf {} +
  # This sets up the program's own packages. It knows a lock for each harness, but none for these.
  "$folder/$digest/run.sh" --help >/dev/null
  exec 9>&-
}

program="$1"
if [ "$2" = in-place ]; then
  shift 2
else
  copy_program "$1" "$2" "$3"
  program="$2/$3"
  shift 3
fi

# The program ends in order when it is told to. This shell waits for it, to tell what became of it.
trap : INT TERM
status=0
"$program/run.sh" fleet "$@" || status=$?
if [ "$status" -gt 128 ] && [ "$status" -ne 130 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "$most_restarts" ]; then
  say "The program was killed (status $status): this task goes back into the queue"
  # The last task of an array has the array's own number.
  job="${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
  if scontrol requeue "$job"; then sleep 60; fi
fi
exit "$status"
