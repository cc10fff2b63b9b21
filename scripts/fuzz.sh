#!/usr/bin/env bash
# Fuzzes the parsers: `fuzz.sh [TARGET...]` runs the named targets (all by default), each for
# FUZZ_SECONDS (60 by default). Inputs that break a target are kept in fuzz/artifacts; interesting
# inputs are collected in target/fuzz-corpus. `make test` checks that the targets
# compile.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh fuzz

# The whole server is compiled, but only its parsers run, so a short compile time is preferred.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_STRIP=none
# The parsers are safe code, so no sanitizer is needed. Without a sanitizer, stable Rust is
# sufficient.
OPTIONS=(--sanitizer none --target-dir target/fuzz)
limit="${FUZZ_SECONDS:-60}"

targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
for target in "${targets[@]}"; do
    say "Fuzzing $target for $limit s"
    mkdir -p "target/fuzz-corpus/$target"
    cargo fuzz run "${OPTIONS[@]}" "$target" "target/fuzz-corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$limit" -max_len=512 -timeout=60 -print_final_stats=1
done
