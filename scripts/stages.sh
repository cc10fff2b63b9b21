# Sourced by test.sh and test-browsers.sh. Runs stages and sums the numbers of passed and failed
# tests.

LOGS=target/test-logs
passed=0 failed=0 broken=()
started=$SECONDS
# Delete the logs and notes of the previous run.
rm -rf "$LOGS"
mkdir -p "$LOGS"

# Runs a stage, prints its output and stores it in a log, and returns its exit code.
stage() {
    local name="$1" begun=$SECONDS status=0
    shift
    say "$name"
    "$@" 2>&1 | tee "$LOGS/${name// /-}.log" || status=$?
    say "$name took $((SECONDS - begun)) s"
    return "$status"
}

# Starts a check in the background; `finish` waits for it. One large crate, or the linker, keeps
# only one core busy, so that other stages have the other cores.
start() {
    background_name="$1"
    say "$background_name (in the background)"
    # A process group of its own, so that it can be stopped with its children.
    set -m
    stage "$@" >"$LOGS/background.log" 2>&1 &
    set +m
    background_pid=$!
    trap 'kill -- "-$background_pid" 2>/dev/null || true' EXIT
}

finish() {
    local status=0
    wait "$background_pid" || status=$?
    trap - EXIT
    cat "$LOGS/background.log"
    add "$background_name" "$status" "$((status == 0))" "$((status != 0))"
}

# Adds the results of a test runner. A runner that fails without a failed test (for example, because
# it did not compile) counts as one failure.
add() {
    local name="$1" status="$2" its_passed="$3" its_failed="$4"
    if [ "$status" != 0 ] && [ "$its_failed" = 0 ]; then its_failed=1; fi
    passed=$((passed + its_passed)) failed=$((failed + its_failed))
    if [ "$its_failed" != 0 ]; then broken+=("$name"); fi
}

# Runs a stage that is a single check.
check() {
    if stage "$@"; then add "$1" 0 1 0; else add "$1" 1 0 1; fi
}

# Prints a note about a skipped check. `close` prints it again.
note() { say "NOTE: $2" | tee "$LOGS/skipped-$1.log"; }

# Runs Playwright tests, whose report is in end2end/test-results.
playwright_tests() {
    local name="$1" report="end2end/test-results/$2" status=0 its_passed its_failed
    shift 2
    rm -f "$report"
    stage "$name" npm --prefix end2end test --silent -- "$@" || status=$?
    read -r its_passed its_failed < <(node end2end/tools/count.mjs "$report")
    add "$name" "$status" "$its_passed" "$its_failed"
}

firefox_tests() {
    if ! has firefox-esr; then
        note firefox-esr "without firefox-esr, its tests were skipped"
        return
    fi
    playwright_tests "Firefox" firefox.json --config playwright.firefox.config.ts
}

webkit_tests() {
    local status=0 log="$LOGS/WebKitGTK.log"
    if ! has WebKitWebDriver || ! has Xvfb; then
        note WebKitWebDriver "without WebKitWebDriver and Xvfb, the tests of WebKitGTK were skipped"
        return
    fi
    stage "WebKitGTK" node --test --test-reporter tap end2end/browsers/webkit.test.mjs || status=$?
    add "WebKitGTK" "$status" "$(tap_count "$log" pass)" "$(tap_count "$log" fail)"
}

tap_count() { sed -nE "s/^# $2 ([0-9]+)$/\1/p" "$1" | grep . || echo 0; }

# Prints the summary and returns the exit code.
close() {
    # Repeat the notes about skipped checks.
    grep -hs 'NOTE:' "$LOGS"/*.log || true
    say "Took $((SECONDS - started)) s${broken:+; failed: $(printf '%s, ' "${broken[@]}" | sed 's/, $//')}"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
