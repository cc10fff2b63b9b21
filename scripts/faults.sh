#!/usr/bin/env bash
# Injects faults of the machine under a running server. Checks what customers see during a fault,
# and whether the server recovers afterwards.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/faults.mjs "$@"
