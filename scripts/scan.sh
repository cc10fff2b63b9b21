#!/usr/bin/env bash
# Runs wapiti against the release build; exits with 1 on a finding above informational. Reports are
# kept in target/scan.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh scan
scripts/build.sh
exec node end2end/tools/scan.mjs
