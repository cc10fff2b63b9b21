#!/usr/bin/env bash
# Logins per second and server CPU per login, at 1 and 16 customers at once.
source "$(dirname "$0")/lib.sh"
scripts/build.sh
exec node end2end/tools/bench.mjs "$@"
