#!/usr/bin/env bash
# Builds and runs the server, with a demo customer to sign in with.
source "$(dirname "$0")/lib.sh"
scripts/build.sh

export DOORCODE__SERVER__ENV="${DOORCODE__SERVER__ENV:-DEV}"

say "Open http://${DOORCODE__SERVER__ADDRESS:-127.0.0.1:3000}"
case "${DOORCODE__EMAIL__BACKEND:-console}" in
console) say "Mails and text messages appear here, in this terminal; Ctrl-C ends" ;;
file) say "Mails appear as files in ${DOORCODE__EMAIL__DIRECTORY:-the directory of email.directory}; text messages appear here; Ctrl-C ends" ;;
*) say "Mails go to the SMTP server of DOORCODE__EMAIL__URL; text messages appear here; Ctrl-C ends" ;;
esac
[ "$DOORCODE__SERVER__ENV" = DEV ] || exec target/release/doorcode serve
say "Everything sent is at http://${DOORCODE__SERVER__ADDRESS:-127.0.0.1:3000}/dev/inbox/"
exec target/release/doorcode serve --demo-customer
