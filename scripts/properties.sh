#!/usr/bin/env bash
# Runs the property tests of the parsers in the profile `release-tests`. `properties.sh [CASES]`
# divides this number of cases (10^6 by default) among the tests.
source "$(dirname "$0")/lib.sh"
cases="${1:-1000000}"

tests() { cargo test --workspace --profile release-tests --features doorcode/ssr --lib properties:: -- "$@"; }

count=$(tests --list --format terse 2>/dev/null | grep -c ': test$') || die "there are no property tests"
export PROPTEST_CASES=$(((cases + count - 1) / count))
say "$count properties, $PROPTEST_CASES cases each"
tests
