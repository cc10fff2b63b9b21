#!/usr/bin/env bash
# Runs Lighthouse on the pages of a sign-in; exits with 1 if a limit is exceeded.
source "$(dirname "$0")/lib.sh"
scripts/build.sh
scripts/setup.sh lighthouse
exec node end2end/tools/lighthouse.mjs "$@"
