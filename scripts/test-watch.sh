#!/usr/bin/env bash
# Edits a copy of the sources under `cargo leptos watch` and checks in Chromium that each edit takes
# effect.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh build test
exec node end2end/tools/watch.mjs
