#!/usr/bin/env bash
# Injects crashes, a hanging relay, and stops under load; measures what is lost, late or sent twice.
# Exits with 1 if a limit is exceeded.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/chaos.mjs "$@"
