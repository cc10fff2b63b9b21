#!/usr/bin/env bash
# wapiti against the release build; exits 1 on a finding above informational. Reports stay in target/scan.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh scan
scripts/build.sh
exec node end2end/tools/scan.mjs
