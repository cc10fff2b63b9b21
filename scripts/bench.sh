#!/usr/bin/env bash
# Measures the throughput, CPU time, syncs and statements of logins, with 1 and 16 customers in
# parallel.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/bench.mjs "$@"
