#!/usr/bin/env bash
# Sets up what is missing and runs every check and test. ./test.sh --help lists the parts.
set -euo pipefail
root="$(CDPATH='' cd -P -- "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
cd "$root"

# Two lanes run beside each other, then the harnesses' tests, some of which wait for a time, in two lanes that
# have a processor each, then the rest one part after the other.
beside_one=(lint unit)
beside_other=(browser integration)
harness_one=(python)
harness_other=(typescript rust)
alone=(timed)
on_request=(long)
# These measure time or noise. Beside other work they would fail for the noise that it makes.
timed=(
  tests/orchestrator/machine/monitor.test.ts
  tests/orchestrator/machine/probe.test.ts
  tests/orchestrator/load/queue.test.ts
  tests/report/speed.test.ts
  tests/integration/doctor.test.ts
  tests/integration/independent.test.ts
  tests/integration/observer-cost.test.ts
  tests/integration/gate.test.ts
  tests/integration/ab.test.ts
  tests/ground-truth/ground-truth.test.ts
  tests/ground-truth/growth.test.ts
  tests/ground-truth/agent-plugins.test.ts
  tests/orchestrator/growth/growth.test.ts
)

usage() {
  cat <<'END'
Usage: ./test.sh [part ...]

Runs these parts, by default all of them but the last:
  lint         Biome, TypeScript's compiler, Ruff, zizmor, mypy, rustfmt, Clippy
  unit         tests of shared/, analysis/, report/, orchestrator/ and the docs
  integration  whole runs with the three real frameworks, faults, kills, full disks
  typescript   the tests of the TypeScript harness
  python       the tests of the Python harness
  rust         the tests of the Rust harness
  browser      the pages in Chromium (chromium on the path, or its path in CHROMIUM)
  timed        the tests of every room that measure time or noise
  long         only when it is asked for: tests that take minutes each, and more random kills

lint and unit run beside browser and integration, then python beside typescript and rust. The
others run alone, one after the other. Each part's log, and the browser's pictures, are in
results/test-artefacts.
The last line says how many checks passed and failed. Exit status 1 if any failed.
END
}

by_default=("${beside_one[@]}" "${beside_other[@]}" "${harness_one[@]}" "${harness_other[@]}" "${alone[@]}")
all=("${by_default[@]}" "${on_request[@]}")
chosen=()
for word in "$@"; do
  case "$word" in
    -h | --help)
      usage
      exit 0
      ;;
  esac
  case " ${all[*]} " in
    *" $word "*) chosen+=("$word") ;;
    *)
      echo "error: unknown part '$word': choose from ${all[*]}" >&2
      exit 2
      ;;
  esac
done
[ $# -gt 0 ] || chosen=("${by_default[@]}")
is_chosen() { case " ${chosen[*]} " in *" $1 "*) ;; *) return 1 ;; esac }

# Tests run side by side, whatever else measures. What they build lies where the program looks for it.
export ELIZA_BENCHMARK_BESIDE=1
unset CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR CARGO_BUILD_TARGET RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
export BENCHMARK_ARTEFACTS="${BENCHMARK_ARTEFACTS:-$root/results/test-artefacts}"
logs="$BENCHMARK_ARTEFACTS"
mkdir -p "$logs"
rm -f "$logs"/*.log "$logs"/*.checks "$logs"/*.seconds "$logs"/*.junit.xml

# shellcheck source=orchestrator/bootstrap.sh
source "$root/orchestrator/bootstrap.sh"
bootstrap "$root" dev
node --import tsx orchestrator/targets/set-up-all.ts

venv="$root/python/.venv"
tsx="$root/node_modules/tsx/dist/esm/index.mjs"
crate=(--release --locked --manifest-path "$root/rust/Cargo.toml")
dev_stamp="$venv/.dev-$(cksum <python/requirements-dev.lock | tr ' ' -)"
if [ ! -f "$dev_stamp" ]; then
  echo "Setting up the Python test tools (once)" >&2
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r python/requirements-dev.lock
  touch "$dev_stamp"
fi
PROTOC="$(cargo run --quiet --locked --manifest-path rust/protoc/Cargo.toml)"
export PROTOC

# check PART NAME COMMAND...
check() {
  local part="$1" name="$2" from="$SECONDS" outcome=passed
  shift 2
  echo "== $name"
  "$@" || outcome=FAILED
  echo "$outcome  $name" >>"$logs/$part.checks"
  echo "$outcome  $name ($((SECONDS - from)) s)" >&3
}

# These tests start programs that are built with the tests of the Rust harness. Where another part is building
# them, cargo waits for it.
# build_programs PART
build_programs() { check "$1" "build of the Rust harness's tests" cargo test --quiet --no-run "${crate[@]}"; }

# node_tests PART NAME CONCURRENCY FILE...
node_tests() {
  local part="$1" name="$2" concurrency="$3"
  shift 3
  check "$part" "$name" node --import "$tsx" --test --test-concurrency="$concurrency" \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination="$logs/$part.junit.xml" "$@"
}

# The test files that `find` finds with these arguments, without the timed ones.
untimed() { find "$@" -name "*.test.ts" | grep -vxF -f <(printf '%s\n' "${timed[@]}") | sort; }

part_lint() {
  # Before the others, whose turn comes later.
  ! is_chosen integration || build_programs lint
  check lint "biome" npx --no-install biome check --error-on-warnings .
  check lint "tsc (orchestrator, analysis, report, tests)" npx --no-install tsc
  check lint "tsc (typescript harness)" npx --no-install tsc -p typescript
  check lint "ruff check" "$venv/bin/ruff" check python tests
  check lint "ruff format" "$venv/bin/ruff" format --check python tests
  check lint "zizmor (workflows)" "$venv/bin/zizmor" --offline --quiet .github/workflows action.yml
  check lint "mypy" "$venv/bin/mypy" --config-file python/pyproject.toml python/src
  check lint "rustfmt" cargo fmt --check --manifest-path rust/Cargo.toml
  check lint "clippy" cargo clippy --quiet "${crate[@]}" --all-targets -- -D warnings
}

part_unit() {
  local files concurrency=2
  # Integration tests keep a processor busy.
  ! is_chosen integration || concurrency=1
  mapfile -t files < <(untimed tests -not -path "tests/integration/*" -not -path "tests/browser/*")
  node_tests unit "unit tests" "$concurrency" "${files[@]}"
}

part_integration() {
  local files
  build_programs integration
  mapfile -t files < <(untimed tests/integration)
  node_tests integration "integration tests" 3 "${files[@]}"
}

part_typescript() {
  cd typescript
  check typescript "TypeScript harness tests" node_modules/.bin/bun test \
    --reporter=junit --reporter-outfile="$logs/typescript.junit.xml"
  cd ..
}

part_python() {
  check python "Python harness tests" "$venv/bin/python" -m pytest -q --junitxml="$logs/python.junit.xml" python
}

part_rust() { check rust "Rust harness tests" cargo test "${crate[@]}"; }

part_browser() { node_tests browser "browser tests" 1 tests/browser/*.test.ts; }

part_timed() {
  build_programs timed
  node_tests timed "timed tests" 1 "${timed[@]}"
}

part_long() {
  local files
  build_programs long
  mapfile -t files < <(grep -rlE "support/(browser|commands/rows|long)" tests --include="*.test.ts" | sort)
  BENCHMARK_LONG=1 node_tests long "long tests" 1 "${files[@]}"
}

run_part() {
  local part="$1" from="$SECONDS"
  if [ ${#chosen[@]} -eq 1 ]; then
    "part_$part" 2>&1 | tee "$logs/$part.log"
  else
    "part_$part" >"$logs/$part.log" 2>&1
  fi
  echo "$((SECONDS - from))" >"$logs/$part.seconds"
}

run_lane() {
  local part
  for part in "$@"; do if is_chosen "$part"; then run_part "$part"; fi; done
}

exec 3>&2
# With job control each lane is a process group: Ctrl-C ends it with all that it has started.
set -m
trap 'for pid in $(jobs -p); do kill -TERM -- "-$pid" || true; done 2>/dev/null; exit 130' INT TERM HUP
run_lane "${beside_one[@]}" &
run_lane "${beside_other[@]}" &
wait
run_lane "${harness_one[@]}" &
run_lane "${harness_other[@]}" &
wait
trap - INT TERM HUP
set +m
run_lane "${alone[@]}" "${on_request[@]}"

node --import "$tsx" tests/support/test-summary.ts "$logs" "${chosen[@]}"
