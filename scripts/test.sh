#!/usr/bin/env bash
# Every check of the project. A failing stage does not hide the next one; the last line adds up all runners.
source "$(dirname "$0")/lib.sh"

LOGS=target/test-logs
REPORT=end2end/test-results/report.json
passed=0 failed=0 broken=()

# Runs a stage, shows and keeps its output, and answers its exit code.
stage() {
    local name="$1"
    shift
    say "$name"
    "$@" 2>&1 | tee "$LOGS/${name// /-}.log"
}

# Adds a runner's counts. A runner that failed without naming a failed test (it did not compile, say) counts as one.
add() {
    local name="$1" status="$2" its_passed="$3" its_failed="$4"
    if [ "$status" != 0 ] && [ "$its_failed" = 0 ]; then its_failed=1; fi
    passed=$((passed + its_passed)) failed=$((failed + its_failed))
    if [ "$its_failed" != 0 ]; then broken+=("$name"); fi
}

# A stage that is one check.
check() {
    if stage "$@"; then add "$1" 0 1 0; else add "$1" 1 0 1; fi
}

# The sum of one column of cargo's `test result:` lines.
cargo_count() {
    sed -nE "s/^test result: .* ([0-9]+) $2;.*/\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

cargo_tests() {
    local status=0 log="$LOGS/cargo-tests.log"
    stage "cargo tests" cargo test --release --features ssr --no-fail-fast || status=$?
    add "cargo tests" "$status" "$(cargo_count "$log" passed)" "$(cargo_count "$log" failed)"
}

browser_tests() {
    local status=0 its_passed its_failed
    rm -f "$REPORT"
    stage "browser tests" npm --prefix end2end test --silent || status=$?
    read -r its_passed its_failed < <(node end2end/tools/count.mjs "$REPORT")
    add "browser tests" "$status" "$its_passed" "$its_failed"
}

# Tests of what only some machines have are skipped elsewhere.
skipped() { has "$1" && [ "$(id -u)" = 0 ] || say "NOTE: without $1 and root, its tests were skipped" | tee "$LOGS/skipped-$1.log"; }

mkdir -p "$LOGS"
started=$SECONDS
scripts/setup.sh build test

check "formatting" cargo fmt --check
check "lints of the server" scripts/lint.sh server release
check "lints of the browser half" scripts/lint.sh browser release
check "types of end2end" npm --prefix end2end run typecheck --silent
check "release build" scripts/build.sh
cargo_tests
skipped postfix
skipped nginx
check "properties of the parsers" scripts/properties.sh
check "fuzz targets build" scripts/fuzz.sh build
check "dependencies" scripts/supply-chain.sh
if [ -x target/release/doorcode ]; then
    check "sizes" scripts/size.sh
    # A taste of `make chaos`: what must hold after a crash holds after each one.
    check "crashes" node end2end/tools/chaos.mjs --only kill --kills 5
    browser_tests
fi

# What could not be checked is said where it is seen.
grep -hs 'NOTE:' "$LOGS"/*.log || true
say "Took $((SECONDS - started)) s${broken:+; failed: $(printf '%s, ' "${broken[@]}" | sed 's/, $//')}"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
