#!/usr/bin/env bash
# Mutation tests for the guards in the SQL: conditions on the browser, the customer, the time window
# and the worker. Removes one at a time in a copy, and checks whether a test fails. Exits with 1 if
# a mutant survives.
source "$(dirname "$0")/lib.sh"

COPY=target/mutants-sql
STORE=src/server/store/sqlite/statements
TESTS=(store attempts sessions sign_in not_me resend browsers limits account keys simulation)
export CARGO_TARGET_DIR="$PWD/target/mutants-build" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0

# file | function | the original (a Perl regular expression) | the replacement
MUTANTS=(
    'customers.rs|select_by_contact| AND disabled_at IS NULL|'
    'devices.rs|select|token_digest = \?|? IS NOT NULL'
    'devices.rs|select_of_customer|customer_id = \?|? IS NOT NULL'
    'devices.rs|forget|customer_id = \? AND token_digest = \?|customer_id = ? AND ? IS NOT NULL'
    'devices.rs|select_suppressed|expires_at > \?|? IS NOT NULL'
    'limits.rs|add|at > asked\.since AND total|total'
    'limits.rs|insert|coalesce\(newest\.total, 0\) \+ new\.weight|new.weight'
    'limits.rs|refund|WHERE otp_id = \?"|WHERE otp_id = ? AND 0"'
    'otps.rs|select_of_browser|pre_auth_digest = \?|? IS NOT NULL'
    'otps.rs|select_latest|pre_auth_digest = \?|? IS NOT NULL'
    'otps.rs|select_latest_with_customer|otps\.pre_auth_digest = \?|? IS NOT NULL'
    'otps.rs|count_attempt|attempts = attempts \+ 1|attempts = attempts'
    'otps.rs|count_replay|replays = replays \+ 1|replays = replays'
    'otps.rs|verify|, nonce = NULL|'
    'otps.rs|revoke|, nonce = NULL|'
    'outbox.rs|claim|owner IS NOT \?|? IS NOT NULL'
    'outbox.rs|claim|due_at <= \?|? IS NOT NULL'
    'outbox.rs|claim|channel = \?|? IS NOT NULL'
    'outbox.rs|renew_claim|owner = \?|? IS NOT NULL'
    'outbox.rs|renew_claim|attempts = \?|? IS NOT NULL'
    'sessions.rs|select|sessions\.token_digest = \?|? IS NOT NULL'
)

# Replaces the first match after the name of the function.
change() {
    FUNCTION="$2" FROM="$3" TO="$4" perl -0pi -e \
        's/(\bfn $ENV{FUNCTION}\b(?:(?!\n    \}\n|\n\}\n).)*?)$ENV{FROM}/$1$ENV{TO}/s or exit 1' "$1"
}

tests() { (cd "$COPY" && cargo test --features ssr --test doorcode_tests -- "${TESTS[@]}") >"$COPY.log" 2>&1; }

rm -rf "$COPY"
mkdir -p "$COPY"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$COPY"
say "Store tests without mutations"
tests || die "the tests fail without mutations: $COPY.log"

survivors=0
for mutant in "${MUTANTS[@]}"; do
    IFS='|' read -r file function from to <<<"$mutant"
    change "$COPY/$STORE/$file" "$function" "$from" "$to" || die "$function in $file does not contain $from; update this script"
    if tests; then
        say "SURVIVED: $function, $from -> $to"
        survivors=$((survivors + 1))
    else
        grep -q '^test result: FAILED' "$COPY.log" || die "$function, $from -> $to does not compile: $COPY.log"
        say "caught: $function, $from -> $to"
    fi
    cp "$STORE/$file" "$COPY/$STORE/$file"
done
say "${#MUTANTS[@]} mutants, $survivors survived"
[ "$survivors" = 0 ]
