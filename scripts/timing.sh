#!/usr/bin/env bash
# Whether the time of an answer tells who is a customer.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/timing.mjs "$@"
