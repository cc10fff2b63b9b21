#!/usr/bin/env bash
# Crashes, a relay that hangs, stops under load: what is lost, late or sent twice; exits 1 over a limit.
source "$(dirname "$0")/lib.sh"
need_program
exec node end2end/tools/chaos.mjs "$@"
