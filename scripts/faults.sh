#!/usr/bin/env bash
# Faults of the machine below a running server: what is told while they last, and whether everything works again after them.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/faults.mjs "$@"
