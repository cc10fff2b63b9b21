#!/usr/bin/env bash
# Mutation tests: domain, sign-in and outbox with cargo-mutants, the guards in SQL with
# mutants-sql.sh. `mutants.sh [OPTION...]` passes its options to cargo-mutants, for example
# `--shard 1/8`, or `--no-config --features ssr --file src/server/domain/otp.rs` for one file. A full
# run takes hours. Exits with 1 if less than 90 % of the mutants are caught, or if any survives in
# the guards.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh mutants

OUT=target/mutants
# These files decide whether a code, an attempt or a session is valid: use, attempts, expiry,
# browser.
GUARDS='^src/server/(domain/(otp|code|session|limits(/\w+)?|next_path|check_code|sign_in|customer_changes)|codes/check|sign_in/verify)\.rs'
# Tests that are skipped, because they do not cover this code.
SKIPPED_TESTS=(postfix nginx smtp gateways mail command_line architecture)

# One build directory for all mutants, so that dependencies are compiled only once, and no debug
# information.
export CARGO_TARGET_DIR="$PWD/target/mutants-build" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0

# Runs a pass over the mutants that earlier passes have not caught. Surviving mutants are not an
# error yet, because a later pass may catch them.
pass() {
    local status=0
    cargo mutants --output "$OUT" --iterate --no-times --colors never "$@" || status=$?
    case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac
}

lines() { cat "$@" 2>/dev/null | sort -u | grep -c . || true; }

rm -rf "$OUT"
mkdir -p "$OUT"
say "Unit tests"
pass "$@" -- --lib
say "Integration tests, for the remaining mutants"
pass "$@" -- --test doorcode_tests -- "${SKIPPED_TESTS[@]/#/--skip=}"

results="$OUT/mutants.out"
missed=$(lines "$results/missed.txt")
caught=$(lines "$results"/{caught,timeout,previously_caught}.txt)
unviable=$(lines "$results/unviable.txt")
say "$caught caught, $missed survived, $unviable do not compile"
[ "$missed" = 0 ] || cat "$results/missed.txt"
[ $((caught + missed)) -gt 0 ] || die "there are no mutants"
[ $((caught * 10)) -ge $(((caught + missed) * 9)) ] || die "less than 90 % caught"
if grep -E "$GUARDS" "$results/missed.txt"; then die "a mutant of a guard survived"; fi
[ $# -gt 0 ] || exec scripts/mutants-sql.sh
