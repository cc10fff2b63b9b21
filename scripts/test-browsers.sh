#!/usr/bin/env bash
# Runs the sign-in tests in Firefox and WebKitGTK, which `make test` skips on machines without these
# browsers.
source "$(dirname "$0")/lib.sh"
source scripts/stages.sh
scripts/setup.sh browsers
scripts/build.sh

firefox_tests
webkit_tests
close
