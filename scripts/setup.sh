#!/usr/bin/env bash
# Installs missing tools. `setup.sh toolchain` checks for Rust and Node and installs the WASM target,
# `setup.sh build` also installs the tools for a release build, and `setup.sh build test` also those
# for the tests. The arguments browsers, lighthouse, supply-chain, audit, fuzz, mutants and scan
# install the tools of these targets. Everything is installed in target/tools and
# end2end/node_modules, except for the WASM target (rustup), Postfix, nginx, strace, Python, Firefox
# and WebKitGTK (apt) and Chromium (apt or Playwright).
source "$(dirname "$0")/lib.sh"

CARGO_LEPTOS_VERSION=0.3.10
CARGO_DENY_VERSION=0.20.2
CARGO_AUDIT_VERSION=0.22.2
CARGO_FUZZ_VERSION=0.13.2
CARGO_MUTANTS_VERSION=27.1.0
WAPITI_VERSION=3.2.3

# The tools run for seconds only, so a short compile time is preferred to their speed.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_PANIC=abort CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0
# One build directory, so that shared dependencies are compiled only once.
export CARGO_TARGET_DIR="$PWD/target/tools/build"

need_rust() {
    has cargo || die "Rust is missing. Install it from https://rustup.rs and run make again."
}

need_node() {
    has npm || die "Node is missing (20.19 or later, with npm). Install it from https://nodejs.org and run make again."
}

need_wasm_target() {
    [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ] && return
    has rustup || die "the Rust target wasm32-unknown-unknown is missing, and rustup is not installed."
    say "Installing the Rust target wasm32-unknown-unknown"
    rustup target add wasm32-unknown-unknown
}

need_cargo_leptos() {
    [ "$(cargo-leptos --version 2>/dev/null)" = "cargo-leptos $CARGO_LEPTOS_VERSION" ] && return
    say "Compiling cargo-leptos $CARGO_LEPTOS_VERSION, once (several minutes)"
    cargo install cargo-leptos --version "$CARGO_LEPTOS_VERSION" --locked --features no_downloads --root target/tools
}

# Installs a cargo tool in this version.
need_cargo_tool() {
    local tool="$1" version="$2"
    [ "$("$tool" --version 2>/dev/null)" = "$tool $version" ] && return
    say "Compiling $tool $version, once (some minutes)"
    cargo install "$tool" --version "$version" --locked --root target/tools
}

# The CLI must have the same version as the crate in Cargo.lock, because the format changes with
# each release.
need_wasm_bindgen() {
    local version
    version=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
    [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ] && return
    say "Compiling wasm-bindgen-cli $version, once (some minutes)"
    CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo install wasm-bindgen-cli --version "$version" --root target/tools
}

need_node_modules() {
    [ end2end/node_modules/.package-lock.json -nt end2end/package-lock.json ] && return
    say "Installing wasm-opt and the browser test tools with npm"
    npm --prefix end2end ci --no-audit --no-fund --loglevel=error
    touch end2end/node_modules/.package-lock.json
}

is_debian_root() { [ "$(id -u)" = 0 ] && has apt-get && grep -qs '^ID=debian' /etc/os-release; }

apt_install() { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"; }

# Installs a server without starting its service, because the tests start their own instance.
# Without the package, or without root, the tests are skipped with a note.
need_server() {
    local package="$1"
    has "$package" && return
    is_debian_root || return 0
    say "Installing $package"
    local policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then policy=; else printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"; fi
    apt_install "$package" >/dev/null || say "$package could not be installed; its tests are skipped"
    [ -z "$policy" ] || rm -f "$policy"
    if has systemctl; then systemctl disable --quiet "$package" 2>/dev/null || true; fi
}

# Installs an optional Debian package. Without it, the tests that need it are skipped with a note, or
# are slower.
want_package() {
    local command="$1" package="$2"
    has "$command" && return
    is_debian_root || return 0
    say "Installing $package"
    apt_install "$package" >/dev/null || say "$package could not be installed"
}

# Installs a Debian package that a target requires. `make test` works without it.
need_package() {
    local command="$1" package="$2"
    has "$command" && return
    is_debian_root || die "$command is missing. Install $package and run make again; on Debian, run make as root to install it."
    say "Installing $package"
    apt_install "$package" >/dev/null || die "$package could not be installed."
}

need_wapiti() {
    [ "$(wapiti --version 2>/dev/null | tail -n 1)" = "$WAPITI_VERSION" ] && return
    has python3 || die "Python 3.10 or later is missing; wapiti requires it."
    say "Installing wapiti $WAPITI_VERSION with pip"
    python3 -m venv target/tools/wapiti
    target/tools/wapiti/bin/pip install -q "wapiti3==$WAPITI_VERSION"
    ln -sf ../wapiti/bin/wapiti target/tools/bin/wapiti
}

need_browser() {
    want_package chromium-headless-shell chromium-headless-shell
    node end2end/lib/browser.mjs >/dev/null && return
    say "Installing Chromium"
    if is_debian_root; then apt_install chromium && return; fi
    playwright install --with-deps chromium || playwright install chromium
}

need_toolchain() {
    need_rust
    need_node
    need_wasm_target
}

for part in "$@"; do
    case "$part" in
    toolchain) need_toolchain ;;
    build)
        need_toolchain
        need_cargo_leptos
        need_wasm_bindgen
        need_node_modules
        ;;
    test)
        need_server postfix
        need_server nginx
        want_package strace strace
        want_package python3 python3
        need_browser
        ;;
    browsers)
        need_package firefox-esr firefox-esr
        need_package WebKitWebDriver webkit2gtk-driver
        need_package Xvfb xvfb
        ;;
    lighthouse) need_browser ;;
    supply-chain) need_cargo_tool cargo-deny "$CARGO_DENY_VERSION" ;;
    audit) need_cargo_tool cargo-audit "$CARGO_AUDIT_VERSION" ;;
    fuzz) need_cargo_tool cargo-fuzz "$CARGO_FUZZ_VERSION" ;;
    mutants) need_cargo_tool cargo-mutants "$CARGO_MUTANTS_VERSION" ;;
    scan) need_wapiti ;;
    *) die "setup.sh: unknown argument $part; use toolchain, build, test, browsers, lighthouse, supply-chain, audit, fuzz, mutants or scan" ;;
    esac
done
