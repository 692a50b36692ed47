# Sourced by run.sh and test.sh: the orchestrator's own packages, installed once into the repository.

# bootstrap ROOT prod|dev
bootstrap() {
  local root="$1" mode="$2" stamp="$1/.cache/bootstrap" wanted have=""
  local enough='const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 12) ? 0 : 1)'
  if ! command -v node >/dev/null 2>&1 || ! node -e "$enough"; then
    local found
    found="$(node --version 2>/dev/null || echo 'not found')"
    echo "error: the benchmark itself needs Node.js 20.12 or newer ($found): install it" >&2
    exit 2
  fi
  wanted="$(cksum <"$root/package-lock.json")"
  [ -f "$stamp" ] && have="$(cat "$stamp")"
  # What serves the tests serves a run too.
  if [ "$have" = "$wanted dev" ] || [ "$have" = "$wanted $mode" ]; then return 0; fi
  echo "Setting up the orchestrator (once)" >&2
  mkdir -p "$root/.cache"
  local -a flags=(--prefix "$root" --no-fund --no-audit --loglevel error)
  [ "$mode" = prod ] && flags+=(--omit dev)
  if ! npm ci "${flags[@]}" >"$root/.cache/bootstrap.log" 2>&1; then
    echo "error: npm could not install the orchestrator's packages; its log ends:" >&2
    tail -n 5 "$root/.cache/bootstrap.log" >&2
    exit 2
  fi
  echo "$wanted $mode" >"$stamp"
}
