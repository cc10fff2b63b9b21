#!/usr/bin/env bash
# Injects faults of the machine under a running server; checks what customers see during a fault,
# and whether everything works again after it.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/faults.mjs "$@"
