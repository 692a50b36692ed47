#!/usr/bin/env bash
# Sets up what is missing and runs every check and test. ./test.sh --help lists the parts.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$root"
parts=(lint unit browser typescript python rust integration)
case "${1:-}" in
  -h | --help)
    echo "Usage: ./test.sh [part ...]"
    echo "Parts: ${parts[*]} (default: all of them, in this order)"
    echo "The browser part needs chromium (of the same name, or named by CHROMIUM); its pictures go to results/test-artefacts."
    exit 0
    ;;
esac
[ $# -gt 0 ] && parts=("$@")
# shellcheck source=orchestrator/bootstrap.sh
source "$root/orchestrator/bootstrap.sh"
bootstrap "$root" dev
node --import tsx orchestrator/targets/set-up-all.ts

venv="$root/python/.venv"
tsx="$root/node_modules/tsx/dist/esm/index.mjs"
dev_stamp="$venv/.dev-$(cksum <python/requirements-dev.lock | tr ' ' -)"
if [ ! -f "$dev_stamp" ]; then
  echo "Setting up the Python test tools (once)" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r python/requirements-dev.lock
  touch "$dev_stamp"
fi
protoc() { PROTOC="$(cargo run --quiet --locked --manifest-path rust/protoc/Cargo.toml)" "$@"; }

passed=() failed=()
check() { # check NAME COMMAND...
  local name="$1"
  shift
  echo "== $name"
  if "$@"; then passed+=("$name"); else failed+=("$name"); fi
}

for part in "${parts[@]}"; do
  case "$part" in
    lint)
      check "biome" npx --no-install biome check --error-on-warnings .
      check "tsc (orchestrator, analysis, report)" npx --no-install tsc
      check "tsc (typescript harness)" npx --no-install tsc -p typescript
      check "ruff check" "$venv/bin/ruff" check python tests
      check "ruff format" "$venv/bin/ruff" format --check python tests
      check "mypy" "$venv/bin/mypy" --config-file python/pyproject.toml python/src
      check "rustfmt" cargo fmt --check --manifest-path rust/Cargo.toml
      check "clippy" protoc cargo clippy --quiet --release --locked --all-targets --manifest-path rust/Cargo.toml -- -D warnings
      ;;
    unit) check "unit tests" node --import "$tsx" --test $(find tests/analysis tests/report tests/orchestrator -name "*.test.ts" | sort) ;;
    browser)
      export BENCHMARK_ARTEFACTS="${BENCHMARK_ARTEFACTS:-$root/results/test-artefacts}"
      check "browser tests" node --import "$tsx" --test --test-concurrency=1 tests/browser/*.test.ts
      ;;
    typescript) check "TypeScript harness tests" bash -c 'cd typescript && node_modules/.bin/bun test' ;;
    python) check "Python harness tests" "$venv/bin/python" -m pytest -q python ;;
    rust) check "Rust harness tests" protoc cargo test --release --locked --manifest-path rust/Cargo.toml ;;
    integration) check "integration tests" node --import "$tsx" --test --test-concurrency=1 tests/integration/*.test.ts ;;
    *)
      echo "error: unknown part '$part': choose from lint unit browser typescript python rust integration" >&2
      exit 2
      ;;
  esac
done

echo
for name in "${passed[@]}"; do echo "passed  $name"; done
for name in "${failed[@]}"; do echo "FAILED  $name"; done
echo "${#passed[@]} passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
