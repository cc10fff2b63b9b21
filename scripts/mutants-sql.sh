#!/usr/bin/env bash
# Takes the guards out of the SQL of sign-ins, limits and accounts one by one, in a copy, and looks whether a test notices each: used, attempts, expiry,
# browser. Exits 1 if one is missed by none.
source "$(dirname "$0")/lib.sh"

COPY=target/mutants-sql
STORE=src/server/store/sqlite
TESTS=(store attempts sessions sign_in not_me resend browsers limits account keys simulation)
export CARGO_TARGET_DIR="$PWD/target/mutants-build" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0

# file, function, what stands in it (a regular expression of Perl's), what takes its place
MUTANTS=(
    'otps.rs|count_attempt|attempts = attempts \+ 1|attempts = attempts'
    'otps.rs|count_attempt|pre_auth_digest = \?2|?2 IS NOT NULL'
    'otps.rs|count_attempt|is_verified = 0|1'
    'otps.rs|count_attempt|revoked_at IS NULL|1'
    'otps.rs|count_attempt|expires_at > \?3|?3 IS NOT NULL'
    'otps.rs|count_attempt|expires_at > \?3|expires_at >= ?3'
    'otps.rs|count_attempt|attempts < max_attempts|1'
    'otps.rs|count_attempt|attempts < max_attempts|attempts <= max_attempts'
    'otps.rs|count_replay|pre_auth_digest = \?2|?2 IS NOT NULL'
    'otps.rs|count_replay|is_verified = 1|1'
    'otps.rs|count_replay|verified_at >= \?3|?3 IS NOT NULL'
    'otps.rs|count_replay|replays < \?4|?4 IS NOT NULL'
    'otps.rs|use_up|is_verified = 0|1'
    'otps.rs|use_up|revoked_at IS NULL|1'
    'otps.rs|use_up|, nonce = NULL|'
    'otps.rs|use_up|AND purpose = \?3|AND ?3 IS NOT NULL'
    'otps.rs|end_digits|expires_at = \?2, |'
    'limits.rs|full_until|AND at > \?2|AND ?2 IS NOT NULL'
    'limits.rs|full_until|OFFSET \?3|OFFSET ?3 + 1'
    'limits.rs|refund|WHERE otp_id = \?1|WHERE otp_id = ?1 AND 0'
    'otps.rs|sign_in|token_digest = \?4|?4 IS NOT NULL'
    'sessions.rs|live_session|authenticated = 1|1'
    'sessions.rs|live_session|last_seen_at > \?2|?2 IS NOT NULL'
    'sessions.rs|live_session|created_at > \?3|?3 IS NOT NULL'
    'sessions.rs|live_session|AND key_id IN|AND ?4 IS NOT NULL OR key_id IN'
    'sessions.rs|live_session|disabled_at IS NULL|1'
    'sessions.rs|renew|WHERE token_digest = \?1|WHERE ?1 IS NOT NULL'
    'customers.rs|undo_contact_change|AND undone_at IS NULL AND expires_at|AND expires_at'
    'customers.rs|undo_contact_change|AND expires_at > \?2|'
    'sessions.rs|new_session|created_at >= \?2|?2 IS NOT NULL'
    'sessions.rs|pre_auth|authenticated = 0|1'
    'sessions.rs|pre_auth|last_seen_at > \?2|?2 IS NOT NULL'
)

# Replaces the first match after the function's name.
change() {
    FUNCTION="$2" FROM="$3" TO="$4" perl -0pi -e \
        's/(\bfn $ENV{FUNCTION}\b(?:(?!\n    \}\n|\n\}\n).)*?)$ENV{FROM}/$1$ENV{TO}/s or exit 1' "$1"
}

tests() { (cd "$COPY" && cargo test --features ssr --test doorcode_tests -- "${TESTS[@]}") >"$COPY.log" 2>&1; }

rm -rf "$COPY"
mkdir -p "$COPY"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$COPY"
say "The tests of the store, unchanged"
tests || die "they fail as they are: $COPY.log"

survivors=0
for mutant in "${MUTANTS[@]}"; do
    IFS='|' read -r file function from to <<<"$mutant"
    change "$COPY/$STORE/$file" "$function" "$from" "$to" || die "$function in $file has no $from any more: mend this script"
    if tests; then
        say "SURVIVED: $function, $from -> $to"
        survivors=$((survivors + 1))
    else
        grep -q '^test result: FAILED' "$COPY.log" || die "$function, $from -> $to does not compile: $COPY.log"
        say "caught: $function, $from -> $to"
    fi
    cp "$STORE/$file" "$COPY/$STORE/$file"
done
say "${#MUTANTS[@]} changes to guards, $survivors survived"
[ "$survivors" = 0 ]
