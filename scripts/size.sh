#!/usr/bin/env bash
# The size of the program and of what a customer downloads, against their budgets; exits 1 over budget.
source "$(dirname "$0")/lib.sh"
scripts/build.sh
exec node end2end/tools/size.mjs
