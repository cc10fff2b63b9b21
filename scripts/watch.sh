#!/usr/bin/env bash
# Rebuilds and reloads on every change (debug build, same settings as `make run`).
source "$(dirname "$0")/lib.sh"
scripts/setup.sh build
exec cargo leptos watch
