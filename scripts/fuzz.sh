#!/usr/bin/env bash
# Fuzzes the parsers: `fuzz.sh build` builds the targets, `fuzz.sh [TARGET...]` runs them (all, without a word), each for
# FUZZ_SECONDS (60 by default). What breaks one is kept in fuzz/artifacts; what is interesting grows in target/fuzz-corpus.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh fuzz

# The parsers are safe code, so there is nothing for a sanitizer to find; without one stable Rust is enough.
OPTIONS=(--sanitizer none --target-dir target/fuzz)
limit="${FUZZ_SECONDS:-60}"

# What is fuzzed is what is shipped: the same versions of everything.
cp Cargo.lock fuzz/Cargo.lock
cargo fuzz build "${OPTIONS[@]}"
[ "${1:-}" = build ] && exit

targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
for target in "${targets[@]}"; do
    say "Fuzzing $target for $limit s"
    mkdir -p "target/fuzz-corpus/$target"
    cargo fuzz run "${OPTIONS[@]}" "$target" "target/fuzz-corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$limit" -max_len=512 -timeout=60 -print_final_stats=1
done
