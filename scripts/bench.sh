#!/usr/bin/env bash
# Logins per second, their CPU, syncs and statements, at 1 and 16 customers at once.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/bench.mjs "$@"
