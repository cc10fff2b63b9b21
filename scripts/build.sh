#!/usr/bin/env bash
# The release build, skipped when nothing it reads is newer than the last one.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh build

STAMP=target/release/.site-built
INPUTS=(src style public migrations Cargo.toml Cargo.lock end2end/package-lock.json)

# cargo-leptos would run wasm-bindgen, wasm-opt and brotli again each time. `make watch` replaces target/site with a
# debug build, so the files that the release names must still be there too.
is_fresh() {
    [ -x target/release/doorcode ] && [ -f "$STAMP" ] && site_is_whole && [ -z "$(find "${INPUTS[@]}" -newer "$STAMP" -print -quit 2>/dev/null)" ]
}

site_is_whole() {
    local kind hash
    while IFS=': ' read -r kind hash; do
        [ -z "$hash" ] || compgen -G "target/site/pkg/*.$hash.$kind" >/dev/null || return
    done <target/release/hash.txt
}

is_fresh && exit 0
say "Building the release: WASM, styles and server (minutes the first time)"
mkdir -p target/release
touch "$STAMP.started"
cargo leptos build --release --precompress
# The time of the start: what was edited during the build counts as newer.
mv "$STAMP.started" "$STAMP"
