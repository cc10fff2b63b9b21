#!/usr/bin/env bash
# Measures whether response times reveal who is a customer.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/timing.mjs "$@"
