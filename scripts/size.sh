#!/usr/bin/env bash
# Checks the sizes of the program and of a customer's downloads against their budgets; exits with 1
# if one is exceeded.
source "$(dirname "$0")/lib.sh"
scripts/build.sh
exec node end2end/tools/size.mjs
