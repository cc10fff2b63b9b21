#!/usr/bin/env bash
# Injects crashes, a hanging relay, and stops under load. Measures lost, late and duplicate
# messages. Exits with 1 if a limit is exceeded.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/chaos.mjs "$@"
