#!/usr/bin/env bash
# Mutation tests: the domain, the use cases, the outbox and the store with cargo-mutants, the guards
# in SQL with mutants-sql.sh. `mutants.sh [OPTION...]` passes its options to cargo-mutants, for
# example `--shard 1/8`, or `--file 'src/server/domain/limits*'`. A full run takes hours. Exits with 1
# if less than 90 % of the mutants are caught, or if any survives in the guards.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh mutants

OUT=target/mutants
CORE="$OUT/core"
# The modules below HTTP, which need neither pages nor transports.
CORE_MODULES=(account clock codes config delivery domain operator ports random relay sign_in store telemetry)
# What is mutated, unless the options name files.
SOURCES=(--file 'src/server/{domain,codes,sign_in,account,delivery}/**/*.rs' --file 'src/server/store/sqlite/*.rs')
# These files decide whether a code, an attempt or a session is valid: use, attempts, expiry,
# browser.
GUARDS='^src/server/(domain/(otp|code|session|limits(/\w+)?|next_path|check_code|sign_in|customer_changes)|codes/check|sign_in/verify)\.rs'
# Tests that are skipped, because they do not cover this code.
SKIPPED_TESTS=({postfix,nginx,smtp,gateways,mail,command_line,architecture,docs}::)

# Copies the core into a crate of its own, with its unit tests and the tests of the store. It compiles
# in seconds; the whole program takes minutes.
copy_core() {
    rm -rf "$CORE"
    mkdir -p "$CORE/src/tests"
    cp -r --parents .cargo Cargo.lock clippy.toml Leptos.toml migrations src/shared* src/tests/store* src/tests/support/durations.rs "$CORE"
    local module
    for module in "${CORE_MODULES[@]}"; do
        cp -r --parents "src/server/$module"* "$CORE"
        echo "pub mod $module;" >>"$CORE/src/server.rs"
    done
    printf 'pub mod server;\npub mod shared;\n' >"$CORE/src/lib.rs"
    printf '#[path = "support/durations.rs"]\nmod support;\nmod store;\n' >"$CORE/src/tests/main.rs"
    # Without the program, the fuzz targets and the lints. The dependencies are those of `make test`.
    sed -e '/^\[\[bin\]\]/,/^$/d; /^\[lints/,/^$/d; /^default-run/d; /^crate-type/d; /^members/d' \
        -e '/^\[package.metadata/,$d' -e '/^\[profile.release-tests\]/a incremental = true' Cargo.toml >"$CORE/Cargo.toml"
    printf '[profile.release-tests.package.doorcode]\nopt-level = 0\n' >>"$CORE/Cargo.toml"
}

# Runs cargo-mutants. Surviving mutants are not an error yet, because a later pass may catch them.
pass() {
    local status=0
    cargo mutants --output "$OUT" --no-times --colors never "$@" || status=$?
    case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac
}

# Prints a regular expression that matches exactly the mutants in a file.
exactly() { sed -e 's/[][\.*^$()+?{}|/]/\\&/g' "$1" | paste -sd '|' | sed -e 's/.*/^(&)$/'; }

lines() { cat "$@" 2>/dev/null | grep -c . || true; }

case " $* " in *" --file "* | *" -f "*) SOURCES=() ;; esac
rm -rf "$OUT/mutants.out"*
mkdir -p "$OUT"
copy_core
results="$OUT/mutants.out"
say "Unit tests and the tests of the store"
CARGO_TARGET_DIR="$PWD/target" pass --dir "$CORE" --in-place --profile release-tests "${SOURCES[@]}" "$@"
caught=$(lines "$results"/{caught,timeout}.txt)
unviable=$(lines "$results/unviable.txt")
if [ -s "$results/missed.txt" ]; then
    say "Integration tests, for the remaining mutants"
    CARGO_TARGET_DIR="$PWD/target/mutants-build" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0 \
        pass --re "$(exactly "$results/missed.txt")" -- --test doorcode_tests -- "${SKIPPED_TESTS[@]/#/--skip=}"
    caught=$((caught + $(lines "$results"/{caught,timeout}.txt)))
fi
missed=$(lines "$results/missed.txt")
say "$caught caught, $missed survived, $unviable do not compile"
[ "$missed" = 0 ] || cat "$results/missed.txt"
[ $((caught + missed)) -gt 0 ] || die "there are no mutants"
[ $((caught * 10)) -ge $(((caught + missed) * 9)) ] || die "less than 90 % caught"
if grep -E "$GUARDS" "$results/missed.txt"; then die "a mutant of a guard survived"; fi
[ $# -gt 0 ] || exec scripts/mutants-sql.sh
