# Sourced by every script. Sets strict mode, the repository as the working directory, and the same
# environment for every cargo call.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# rustup's cargo may be installed but missing from the PATH of make; cargo-leptos looks for wasm-opt
# on the PATH.
export PATH="$PWD/target/tools/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PWD/end2end/node_modules/.bin:$PATH"

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

die() {
    printf 'make: %s\n' "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Ensures that there is a program for a tool to run: the one in DOORCODE_BIN (with site/ and
# hash.txt in the same directory), otherwise an up-to-date release build.
need_program() { [ -n "${DOORCODE_BIN:-}" ] || scripts/build.sh; }
