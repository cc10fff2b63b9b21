#!/usr/bin/env bash
# What a customer downloads, against its budgets; exits 1 over budget.
source "$(dirname "$0")/lib.sh"
scripts/build.sh
exec node end2end/tools/size.mjs
