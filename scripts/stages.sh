# Sourced by test.sh and test-browsers.sh: stages, and the sum of what their runners count.
# shellcheck shell=bash

LOGS=target/test-logs
passed=0 failed=0 broken=()
started=$SECONDS
# What an earlier run could not check is no news of this one.
rm -rf "$LOGS"
mkdir -p "$LOGS"

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

# What cannot be checked here is told at once, and again at the end.
note() { say "NOTE: $2" | tee "$LOGS/skipped-$1.log"; }

# Playwright's, whose report is in end2end/test-results.
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

# The last lines, and the exit code.
close() {
    # What could not be checked is said where it is seen.
    grep -hs 'NOTE:' "$LOGS"/*.log || true
    say "Took $((SECONDS - started)) s${broken:+; failed: $(printf '%s, ' "${broken[@]}" | sed 's/, $//')}"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
