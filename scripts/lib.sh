# Sourced by every script: strict mode, the repository as working directory, one environment for every cargo call.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# rustup's cargo may be installed and still not on the PATH of make; cargo-leptos looks for wasm-opt on the PATH.
export PATH="$PWD/target/tools/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PWD/end2end/node_modules/.bin:$PATH"

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

die() {
    printf 'make: %s\n' "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# The program that a tool runs: the release build, built first, or what DOORCODE_BIN names (with its site/ and hash.txt beside it).
need_program() { [ -n "${DOORCODE_BIN:-}" ] || scripts/build.sh; }
