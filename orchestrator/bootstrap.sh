# Sourced by run.sh and test.sh: finds Node.js and the orchestrator's own packages, which are installed once
# into the repository.

# Prints a path as a URL, for Node.js's options that take no paths.
# file_url PATH
file_url() {
  local path="${1//%/%25}"
  path="${path//\#/%23}"
  echo "file://${path// /%20}"
}

# Prints the names of the installed packages as one number: a look at what a stamp stands for.
packages_look() {
  (
    LC_ALL=C
    builtin cd "$1/node_modules" 2>/dev/null || exit 0
    [ -f .package-lock.json ] && [ -f tsx/dist/esm/index.mjs ] || exit 0
    echo -- * @*/* .bin/*
  ) | cksum
}

# Prints a line on standard error. That nobody can read it is no reason to end.
# say LINE
say() {
  echo "$1" >&2 || true
}

# Ends with a line for a folder that is gone, in which Node.js does not start.
refuse_lost_folder() {
  if builtin pwd -P >/dev/null 2>&1; then return 0; fi
  say "error: the folder that you are in is gone: go to another one"
  exit 2
}

# Says whether files can be made in a folder. A permission alone does not tell.
# takes_files FOLDER
takes_files() {
  local made
  case "$1" in /*) ;; *) return 1 ;; esac
  made="$(mktemp -d "$1/eliza-benchmark-XXXXXX" 2>/dev/null)" && rmdir "$made"
}

# Ends with a line for a folder that Node.js's loaders cannot load from.
# refuse_folder ROOT
refuse_folder() {
  local what
  case "$1" in
    *\?*) what="a question mark" ;;
    *\\*) what="a backslash" ;;
    *$'\n'*) what="a line break" ;;
    *) return 0 ;;
  esac
  say "error: the benchmark lies in a folder whose path has $what, which Node.js cannot load from: move it"
  exit 2
}

# Names a folder for temporary files that takes some: the user's, the system's, or one of our own.
# choose_temporary_folder ROOT
choose_temporary_folder() {
  # Node.js believes these where the other one is not set.
  unset TMP TEMP
  if [ -n "${TMPDIR:-}" ]; then
    if takes_files "$TMPDIR"; then return 0; fi
    unset TMPDIR
  fi
  if takes_files /tmp; then return 0; fi
  mkdir -p "$1/.cache/tmp" 2>/dev/null || true
  if takes_files "$1/.cache/tmp"; then
    export TMPDIR="$1/.cache/tmp"
    return 0
  fi
  say "error: there is no folder for temporary files: name one that can be written in TMPDIR"
  exit 2
}

# The user's options for Node.js and for tsx are for his own programs.
# clean_node_environment ROOT
clean_node_environment() {
  unset NODE_PATH NODE_ENV NODE_V8_COVERAGE NODE_REPL_EXTERNAL_MODULE NODE_PENDING_DEPRECATION
  export TSX_TSCONFIG_PATH="$1/tsconfig.json"
  # Node.js would forget that nohup has told its children to ignore this signal.
  if [ -n "$(trap -p HUP)" ]; then export ELIZA_BENCHMARK_IGNORES_HUP=1; else unset ELIZA_BENCHMARK_IGNORES_HUP; fi
  if [ -n "${NODE_OPTIONS:-}" ]; then
    local own="$NODE_OPTIONS" kept
    unset NODE_OPTIONS
    kept="$(node -e 'import(process.argv[1]).then((m) => console.log(m.networkOptions(process.argv[2])))' \
      "$(file_url "$1/orchestrator/environment/passed-on.mjs")" "$own" 2>/dev/null || true)"
    if [ -n "$kept" ]; then export NODE_OPTIONS="$kept"; fi
  fi
}

# bootstrap ROOT prod|dev
bootstrap() {
  local root="$1" mode="$2" stamp="$1/.cache/bootstrap" wanted have="" look
  local enough='const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 12) ? 0 : 1)'
  refuse_folder "$root"
  refuse_lost_folder
  # Tools that are started in another folder would each make one of their own there.
  case "${HOME:-/}" in /*) ;; *) export HOME="$PWD/$HOME" ;; esac
  choose_temporary_folder "$root"
  clean_node_environment "$root"
  if ! command -v node >/dev/null 2>&1 || ! node -e "$enough"; then
    local found
    found="$(node --version 2>/dev/null || echo 'not found')"
    say "error: the benchmark itself needs Node.js 20.12 or newer ($found): install it"
    exit 2
  fi
  wanted="$(cksum <"$root/package-lock.json") $OSTYPE $HOSTTYPE"
  [ -f "$stamp" ] && have="$(cat "$stamp")"
  # What serves the tests serves a run too.
  look="$(packages_look "$root")"
  local installed
  for installed in dev "$mode"; do
    if [ "$have" = "$wanted $installed $look" ]; then return 0; fi
  done
  # First of all, because the first process of a container loses a signal that nothing waits for.
  trap '{ kill -TERM "${!:-}"; wait "${!:-}"; } 2>/dev/null || true; exit 130' INT TERM HUP
  say "Setting up the orchestrator (once)"
  rm -f "$stamp" 2>/dev/null || true
  # In the background, because a shell that waits in the foreground hears no signal.
  node "$root/orchestrator/environment/install-packages.mjs" "$root" "$mode" </dev/null &
  wait "$!" || exit $?
  trap - INT TERM HUP
  echo "$wanted $mode $(packages_look "$root")" >"$stamp"
}

# Starts the program with these words, in place of this shell. It is kept in one file, which is made anew
# when a source has changed; where that file cannot be made, the sources themselves are started.
# start_program ROOT WORD...
start_program() {
  local root="$1" file="$1/.cache/program.mjs" wanted have=""
  shift
  wanted="// $(sources_look "$root")"
  if [ -f "$file" ]; then IFS= read -r have <"$file" || true; fi
  if [ "$have" = "$wanted" ] ||
    node "$root/orchestrator/environment/bundle-program.mjs" "$root" "$file" "$wanted" </dev/null >/dev/null 2>&1; then
    exec node "$file" "$@"
  fi
  exec node --import "$(file_url "$root/node_modules/tsx/dist/esm/index.mjs")" "$root/orchestrator/main.ts" "$@"
}

# Prints names and contents of the program's sources, and where they lie, as one number.
sources_look() {
  (
    LC_ALL=C
    builtin cd "$1"
    builtin pwd -P
    find orchestrator analysis report shared package-lock.json -type f \( -name "*.ts" -o -name "*.mjs" -o -name "*.json" \) \
      -print0 | sort -z | xargs -0 cksum
  ) | cksum
}
