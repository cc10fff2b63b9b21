#!/usr/bin/env bash
# Runs the browser tests on what `cargo leptos end-to-end` has built. It calls this script and does
# not tell its profile, which is read from its arguments. Both profiles have their site in the
# site-root of Cargo.toml.
source "$(dirname "$0")/lib.sh"

profile=debug
case " $(ps -o args= -p "$PPID") " in *" --release "* | *" -r "*) profile=release ;; esac
export DOORCODE_BIN="$PWD/target/$profile/doorcode" DOORCODE_SITE="$PWD/target/debug/site"
exec npm --prefix end2end test --silent
