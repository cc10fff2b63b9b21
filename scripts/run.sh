#!/usr/bin/env bash
# Builds and runs the server with a demo customer.
source "$(dirname "$0")/lib.sh"
scripts/build.sh

export DOORCODE__SERVER__ENV="${DOORCODE__SERVER__ENV:-DEV}"

say "Open http://${DOORCODE__SERVER__ADDRESS:-127.0.0.1:3000}"
case "${DOORCODE__EMAIL__BACKEND:-console}" in
console) say "Emails and text messages are printed in this terminal. Stop with Ctrl-C" ;;
file) say "Emails are written to ${DOORCODE__EMAIL__DIRECTORY:-the directory in email.directory}. Text messages are printed here. Stop with Ctrl-C" ;;
*) say "Emails are sent to the SMTP server in DOORCODE__EMAIL__URL. Text messages are printed here. Stop with Ctrl-C" ;;
esac
[ "$DOORCODE__SERVER__ENV" = DEV ] || exec target/release/doorcode serve
say "All sent messages are at http://${DOORCODE__SERVER__ADDRESS:-127.0.0.1:3000}/dev/inbox/"
exec target/release/doorcode serve --demo-customer
