#!/usr/bin/env bash
# Signing in with Firefox and WebKitGTK: the part of `make test` that other machines than those with both leave out.
source "$(dirname "$0")/lib.sh"
source scripts/stages.sh
scripts/setup.sh browsers
scripts/build.sh

firefox_tests
webkit_tests
close
