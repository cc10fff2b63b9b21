#!/usr/bin/env bash
# Runs the browser tests on the build that `cargo leptos end-to-end` has made. cargo-leptos calls this
# script and does not pass its profile, which is read from its arguments.
source "$(dirname "$0")/lib.sh"

arguments=$(ps -o args= -p "$PPID") || die "ps is missing; it shows how cargo-leptos was called."
profile=debug
case " $arguments " in
*" --release "* | *" -r "*)
    [ -n "${LEPTOS_SITE_ROOT:-}" ] || die "set LEPTOS_SITE_ROOT, for example to target/site, so that the release does not replace the site of the debug build."
    profile=release
    ;;
esac
target=$(realpath "${CARGO_TARGET_DIR:-target}")
export DOORCODE_BIN="$target/$profile/doorcode" LEPTOS_SITE_ROOT="${LEPTOS_SITE_ROOT:-target/debug/site}"
# cargo-leptos leaves the hash.txt of an earlier build.
export LEPTOS_HASH_FILES="${LEPTOS_HASH_FILES:-false}"
exec npm --prefix end2end test --silent
