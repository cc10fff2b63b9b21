#!/usr/bin/env bash
# Rebuilds the server and reloads the page on every change (debug build, same settings as
# `make run`).
source "$(dirname "$0")/lib.sh"
scripts/setup.sh build
exec cargo leptos watch
