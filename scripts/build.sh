#!/usr/bin/env bash
# Creates the release build, unless the last one is newer than all its inputs.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh build

STAMP=target/release/.site-built
INPUTS=(src style public migrations build.rs Cargo.toml Cargo.lock end2end/package-lock.json)

# Without this check, cargo-leptos would run wasm-bindgen, wasm-opt and brotli every time.
is_fresh() {
    [ -x target/release/doorcode ] && [ -f "$STAMP" ] && site_is_complete && [ -z "$(find "${INPUTS[@]}" -newer "$STAMP" -print -quit 2>/dev/null)" ]
}

site_is_complete() {
    local kind hash
    while IFS=': ' read -r kind hash; do
        [ -z "$hash" ] || compgen -G "target/site/pkg/*.$hash.$kind" >/dev/null || return
    done <target/release/hash.txt
}

is_fresh && exit 0
say "Building the release: WASM, styles and server (minutes the first time)"
mkdir -p target/release
touch "$STAMP.started"
LEPTOS_SITE_ROOT=target/site LEPTOS_HASH_FILES=true cargo leptos build --release --precompress
# The stamp has the start time of the build, so that files edited during the build count as newer.
mv "$STAMP.started" "$STAMP"
