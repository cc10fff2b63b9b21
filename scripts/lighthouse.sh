#!/usr/bin/env bash
# Lighthouse on the pages of a sign-in; exits 1 over a limit.
source "$(dirname "$0")/lib.sh"
scripts/build.sh
scripts/setup.sh lighthouse
exec node end2end/tools/lighthouse.mjs "$@"
