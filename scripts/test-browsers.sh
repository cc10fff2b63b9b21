#!/usr/bin/env bash
# Tests signing in with Firefox and WebKitGTK: the part of `make test` that is skipped on machines
# without these browsers.
source "$(dirname "$0")/lib.sh"
source scripts/stages.sh
scripts/setup.sh browsers
scripts/build.sh

firefox_tests
webkit_tests
close
