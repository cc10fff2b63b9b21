#!/usr/bin/env bash
# Builds and runs the server, with a demo customer to sign in with.
source "$(dirname "$0")/lib.sh"
scripts/build.sh

EMAIL=demo@wastebilling.local
PHONE=+12025550123

export DOORCODE__SERVER__ENV="${DOORCODE__SERVER__ENV:-DEV}"

target/release/doorcode migrate
target/release/doorcode customer add --if-missing --name "Demo Customer" --email "$EMAIL" --phone "$PHONE"

say "Open http://${DOORCODE__SERVER__ADDRESS:-127.0.0.1:3000} and sign in as $EMAIL or $PHONE"
case "${DOORCODE__EMAIL__BACKEND:-console}" in
console) say "Mails and text messages appear here, in this terminal; Ctrl-C ends" ;;
file) say "Mails appear as files in ${DOORCODE__EMAIL__DIRECTORY:-the directory of email.directory}; text messages appear here; Ctrl-C ends" ;;
*) say "Mails go to the SMTP server of DOORCODE__EMAIL__URL; text messages appear here; Ctrl-C ends" ;;
esac
[ "$DOORCODE__SERVER__ENV" = DEV ] && say "Everything sent is at http://${DOORCODE__SERVER__ADDRESS:-127.0.0.1:3000}/dev/inbox/"
exec target/release/doorcode serve
