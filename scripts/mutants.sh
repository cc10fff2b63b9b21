#!/usr/bin/env bash
# Mutation tests: the domain, the use cases, the outbox and the store with cargo-mutants, the guards
# in SQL with mutants-sql.sh. `mutants.sh [FILE...] [OPTION...]` mutates only the named files, for
# example `src/server/domain/limits/*.rs`, and passes the options to cargo-mutants, for example
# `--shard 1/8`. A full run takes hours. Exits with 1 if less than 90 % of the mutants are caught, or
# if any survives in the guards.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh mutants

OUT=target/mutants
# The modules below HTTP, which need neither pages nor transports.
CORE_MODULES=(account clock codes config delivery domain operator ports random relay sign_in store telemetry)
# What is mutated, unless files are named.
SOURCES=('src/server/domain/**/*.rs' 'src/server/'{codes,sign_in,account,delivery}'/**/*.rs' 'src/server/store/sqlite/*.rs')
# These files decide whether a code, an attempt or a session is valid: use, attempts, expiry,
# browser.
GUARDS='^src/server/(domain/(otp|code|session|limits(/\w+)?|next_path|check_code|sign_in|customer_changes)|codes/check|sign_in/verify)\.rs'
# Tests that are skipped, because they do not cover this code.
SKIPPED_TESTS=({postfix,nginx,smtp,gateways,mail,command_line,architecture,docs}::)

# Copies modules of the server into a crate of their own, with their unit tests. It compiles in
# seconds; the whole program takes minutes. `copy_crate DIRECTORY MODULE...`.
copy_crate() {
    local crate="$1" module
    shift
    rm -rf "$crate"
    mkdir -p "$crate/src"
    cp -r --parents .cargo Cargo.lock clippy.toml Leptos.toml migrations src/shared* "$crate"
    for module in "$@"; do
        cp -r --parents "src/server/$module"* "$crate"
        echo "pub mod $module;" >>"$crate/src/server.rs"
    done
    printf 'pub mod server;\npub mod shared;\n' >"$crate/src/lib.rs"
    # Without the program, the tests, the fuzz targets and the lints. The dependencies are those of
    # `make test`.
    sed -e '/^\[\[bin\]\]/,/^$/d; /^\[\[test\]\]/,/^$/d; /^\[lints/,/^$/d; /^default-run/d; /^crate-type/d; /^members/d' \
        -e '/^\[package.metadata/,$d' -e '/^\[profile.release-tests\]/a incremental = true' Cargo.toml >"$crate/Cargo.toml"
    printf '[profile.release-tests.package.doorcode]\nopt-level = 0\n' >>"$crate/Cargo.toml"
}

# Copies the tests of the store to a crate that has the store.
copy_store_tests() {
    local crate="$1"
    cp -r --parents src/tests/store* src/tests/support/durations.rs "$crate"
    printf '#[path = "support/durations.rs"]\nmod support;\nmod store;\n' >"$crate/src/tests/main.rs"
    printf '[[test]]\nname = "doorcode_tests"\npath = "src/tests/main.rs"\n' >>"$crate/Cargo.toml"
}

lines() { cat "$@" 2>/dev/null | grep -c . || true; }

# Runs cargo-mutants and counts. Surviving mutants are not an error yet, because a later pass may
# catch them; `$OUT/NAME.txt` lists them. `pass NAME OPTION...`.
pass() {
    local name="$1" results="$OUT/$1/mutants.out" status=0
    shift
    mkdir -p "$OUT/$name"
    cargo mutants --output "$OUT/$name" --no-times --colors never "$@" || status=$?
    case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac
    caught=$((caught + $(lines "$results"/{caught,timeout}.txt)))
    unviable=$((unviable + $(lines "$results/unviable.txt")))
    cat "$results/missed.txt" >"$OUT/$name.txt"
}

in_crate() { CARGO_TARGET_DIR="$PWD/target" pass "$1" --dir "$OUT/crates/$1" --in-place --profile release-tests "${@:2}"; }

# Prints a regular expression that matches exactly the mutants in these files.
exactly() { cat "$@" | sed -e 's/[][\.*^$()+?{}|/]/\\&/g' | paste -sd '|' | sed -e 's/.*/^(&)$/'; }

domain=() others=() options=()
for argument in "$@"; do
    case "$argument" in
    src/*) SOURCES=() ;;
    *) options+=("$argument") ;;
    esac
done
for source in "${SOURCES[@]}" "$@"; do
    case "$source" in
    src/server/domain*) domain+=(--file "$source") ;;
    src/*) others+=(--file "$source") ;;
    esac
done

caught=0 unviable=0
rm -rf "$OUT"
mkdir -p "$OUT"
touch "$OUT"/{domain,core,store,program}.txt
if [ ${#domain[@]} -gt 0 ]; then
    say "The domain, with its unit tests"
    copy_crate "$OUT/crates/domain" domain
    in_crate domain "${domain[@]}" "${options[@]}" -- --lib
fi
copy_crate "$OUT/crates/core" "${CORE_MODULES[@]}"
copy_store_tests "$OUT/crates/core"
if [ ${#others[@]} -gt 0 ]; then
    say "The use cases and the store, with unit tests and the tests of the store"
    in_crate core "${others[@]}" "${options[@]}"
fi
if [ -s "$OUT/domain.txt" ]; then
    say "The domain, with the tests of the store, for the remaining mutants"
    cp -r "$OUT/crates/core" "$OUT/crates/store"
    in_crate store --re "$(exactly "$OUT/domain.txt")"
fi
if [ -s "$OUT/core.txt" ] || [ -s "$OUT/store.txt" ]; then
    say "Integration tests, for the remaining mutants"
    CARGO_TARGET_DIR="$PWD/target/mutants-build" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0 \
        pass program --re "$(exactly "$OUT/core.txt" "$OUT/store.txt")" -- --test doorcode_tests -- "${SKIPPED_TESTS[@]/#/--skip=}"
fi
missed=$(lines "$OUT/program.txt")
say "$caught caught, $missed survived, $unviable do not compile"
cat "$OUT/program.txt"
[ $((caught + missed)) -gt 0 ] || die "there are no mutants"
[ $((caught * 10)) -ge $(((caught + missed) * 9)) ] || die "less than 90 % caught"
if grep -E "$GUARDS" "$OUT/program.txt"; then die "a mutant of a guard survived"; fi
[ $# -gt 0 ] || exec scripts/mutants-sql.sh
