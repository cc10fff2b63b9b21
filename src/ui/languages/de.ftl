## On every page

problem-heading = Es gibt ein Problem
error-title = Fehler: { $title }
skip-link = Zum Hauptinhalt springen
start-again = Zur Startseite
one-moment = Einen Moment …
offline = Sie sind offline. Ihre Eingaben bleiben erhalten: Versuchen Sie es erneut, sobald Sie wieder verbunden sind.
language-label = Sprache
help-contact = Hilfe
legal-privacy = Datenschutz
legal-terms = Nutzungsbedingungen
legal-imprint = Impressum

## The request screen

request-heading = Melden Sie sich in Ihrem Konto an
request-intro = Wir senden Ihnen einen Anmeldecode. Sie brauchen kein Passwort.
contact-type-legend = Wie sollen wir Ihnen den Code senden?
contact-type = { $kind ->
    [phone] SMS
   *[email] E-Mail
}
contact-label = { $kind ->
    [phone] Mobilnummer
   *[email] E-Mail-Adresse
}
contact-hint = { $kind ->
    [phone] Verwenden Sie die Nummer, die in Ihrem Konto hinterlegt ist, zum Beispiel { $example }. Für ein anderes Land beginnen Sie mit + und der Landesvorwahl.
   *[email] Verwenden Sie die Adresse, die in Ihrem Konto hinterlegt ist.
}
contact-example = { $kind ->
    [phone] { $example }
   *[email] name@example.com
}
contact-suggestion = Meinten Sie { $contact }?
remember-contact = Auf meinem Gerät merken
remember-hint = Bitte nicht auf Geräten auswählen, die auch andere nutzen.
request-button = Code anfordern
sending = Wird gesendet …
email-quicker = Per E-Mail geht es zurzeit schneller.
texts-known-only = Zurzeit senden wir SMS nur, wenn Sie sich in diesem Browser schon einmal angemeldet haben.
channel-down = { $kind ->
    [phone] Der Versand von SMS funktioniert zurzeit nicht.
   *[email] Der Versand von E-Mails funktioniert zurzeit nicht.
}
pending = Sie haben um { $time } einen Code für { $contact } angefordert.
pending-link = Diesen Code eingeben
pending-label = Laufende Anmeldung
contact-not-sent = Sie sind offline oder die Verbindung ist fehlgeschlagen. Ihre Angaben stehen noch im Feld.
widget-hint = Mit JavaScript können Sie auch diese Prüfung durchführen und es sofort erneut versuchen.
proving = Ihr Browser wird geprüft: { $percent } %
proving-started = Ihr Browser wird geprüft. Das dauert einige Sekunden.

## The verify screen

verify-heading = { $kind ->
    [phone] Prüfen Sie Ihre SMS
   *[email] Prüfen Sie Ihre E-Mails
}
code-sent-to = { $alphabet ->
    [letters] Wenn { $contact } zu einem Konto gehört, haben wir einen Code aus { $length } Buchstaben dorthin gesendet.
   *[digits] Wenn { $contact } zu einem Konto gehört, haben wir einen { $length }-stelligen Code dorthin gesendet.
}
code-sent-to-other = { $kind ->
    [phone] Wir haben einen Code an die Mobilnummer gesendet, die in Ihrem Konto hinterlegt ist.
   *[email] Wir haben einen Code an die E-Mail-Adresse gesendet, die in Ihrem Konto hinterlegt ist.
}
code-label = { $alphabet ->
    [letters] Code aus { $length } Buchstaben
   *[digits] { $length }-stelliger Code
}
code-hint = Geben Sie den Code ein. Sie können auch den Code oder die ganze Nachricht einfügen.
code-hint-interactive = Wenn Sie den Code einfügen oder Ihr Telefon ihn einträgt, prüfen wir ihn sofort.
letters-hint = Er besteht nur aus Buchstaben, groß oder klein geschrieben: keine Ziffern und keine Vokale.
verify-button = Weiter
checking = Wird geprüft …
attempts = { $count ->
    [one] Sie haben noch { $count } Versuch.
   *[other] Sie haben noch { $count } Versuche.
}
works-until = Der Code gilt bis { $time }
five-minutes-left = Sie haben noch 5 Minuten, um den Code einzugeben.
one-minute-left = Sie haben noch 1 Minute, um den Code einzugeben.
thirty-seconds-left = Sie haben noch 30 Sekunden, um den Code einzugeben.
help-heading = Keinen Code erhalten?
resend-button = Neuen Code anfordern
resend-after = Sie können nach { $time } einen neuen Code anfordern
resend-now = Sie können jetzt einen neuen Code anfordern.
resend-used-up = Sie haben alle Codes für diese Anmeldung angefordert. Nach { $time } können Sie einen weiteren anfordern.
switch-button = { $kind ->
    [phone] Stattdessen per SMS senden
   *[email] Stattdessen per E-Mail senden
}
change-button = { $kind ->
    [phone] Andere Mobilnummer verwenden
   *[email] Andere E-Mail-Adresse verwenden
}
never-asked = Wir werden Sie niemals nach diesem Code fragen, weder am Telefon noch schriftlich.
exhausted-heading = Mit diesem Code können Sie sich nicht anmelden
exhausted-button = Neuen Code anfordern
code-not-sent = Sie sind offline oder die Verbindung ist fehlgeschlagen. Ihr Code steht noch im Feld.

## The delivery status of the message

delivery-pending = { $kind ->
    [phone] Das kann eine Minute dauern.
   *[email] Das kann einige Minuten dauern. Sehen Sie auch im Spam-Ordner nach.
}
delivery-sent = { $kind ->
    [phone] Gesendet. Die Zustellung kann eine Minute dauern.
   *[email] Gesendet. Die Zustellung kann einige Minuten dauern. Sehen Sie auch im Spam-Ordner nach.
}
delivery-delivered = { $kind ->
    [phone] Die Nachricht ist auf Ihrem Telefon angekommen.
   *[email] Die Nachricht ist angekommen. Sehen Sie auch im Spam-Ordner nach.
}
delivery-overdue = { $kind ->
    [phone] Noch nichts angekommen? Prüfen Sie die Nummer und Ihren Empfang oder fordern Sie einen neuen Code an.
   *[email] Noch nichts angekommen? Prüfen Sie die Adresse und Ihren Spam-Ordner oder fordern Sie einen neuen Code an.
}
failed-no-such-address = { $kind ->
    [phone] Diese Nummer gibt es nicht. Bitte prüfen Sie sie auf Tippfehler.
   *[email] Diese E-Mail-Adresse gibt es nicht. Bitte prüfen Sie sie auf Tippfehler.
}
failed-not-mobile = Diese Nummer scheint eine Festnetznummer zu sein.
failed-blocked = { $kind ->
    [phone] Nachrichten von uns werden auf Ihrem Telefon oder von Ihrem Mobilfunknetz blockiert.
   *[email] Ihr E-Mail-Anbieter hat unsere Nachricht abgelehnt.
}
failed-unreachable = { $kind ->
    [phone] Ihr Telefon ist ausgeschaltet oder hat keinen Empfang.
   *[email] Ihr Postfach ist voll oder gestört.
}
failed-country-not-allowed = An Nummern dieses Landes können wir keine SMS senden.
failed-sms-budget-spent = Wir können zurzeit keine SMS senden.
failed-other = Wir konnten die Nachricht nicht zustellen.
# Follows one of the sentences above.
way-on-switch = { $kind ->
    [phone] Möchten Sie den Code per SMS erhalten?
   *[email] Möchten Sie den Code per E-Mail erhalten?
}
way-on-again = Fordern Sie einen neuen Code an oder verwenden Sie andere Kontaktdaten.
way-on-different = Verwenden Sie andere Kontaktdaten.

## Errors of forms

error-contact-missing = Bitte geben Sie Ihre Kontaktdaten an.
error-contact-invalid = { $kind ->
    [phone] Geben Sie eine Mobilnummer ein, zum Beispiel { $example }.
   *[email] Geben Sie eine E-Mail-Adresse im richtigen Format ein, zum Beispiel name@example.com.
}
error-country-not-allowed = An Nummern dieses Landes können wir keine SMS senden. Bitte wählen Sie E-Mail.
error-not-mobile = Diese Nummer scheint eine Festnetznummer zu sein. Möchten Sie den Code per E-Mail erhalten?
error-sms-budget-spent = Für neue Browser können wir zurzeit keine SMS senden. Bitte wählen Sie E-Mail.
error-customer-not-found = Zu diesen Kontaktdaten wurde kein Kundenkonto gefunden.
error-code-malformed = { $alphabet ->
    [letters] Bitte geben Sie die { $length } Buchstaben des Codes ein.
   *[digits] Bitte geben Sie einen gültigen { $length }-stelligen Code ein.
}
error-code-expired = Der Code ist abgelaufen. Bitte fordern Sie einen neuen an.
error-code-invalid = { $count ->
    [one] Der Code ist ungültig. Sie haben noch { $count } Versuch.
   *[other] Der Code ist ungültig. Sie haben noch { $count } Versuche.
}
error-code-exhausted = Der Code ist ungültig. Sie haben keine Versuche mehr. Bitte fordern Sie einen neuen Code an.
error-code-escalated = Dieser Code gilt nicht mehr. Jemand hat zu viele falsche Codes ausprobiert. Bitte fordern Sie einen neuen an: Er besteht aus Buchstaben statt aus Ziffern.
error-browser-limit = Das waren zu viele Anfragen. Sie können es { $when } erneut versuchen.
error-contact-limit = Wir haben bereits mehrere Codes dorthin gesendet. Den nächsten können Sie { $when } anfordern.
error-network-limit = Aus Ihrem Netzwerk kamen zu viele Anfragen. Sie können es { $when } erneut versuchen.
error-global-limit = Zurzeit fordern sehr viele Menschen einen Code an. Sie können es { $when } erneut versuchen.
error-captcha-required = Aus Ihrem Netzwerk wurden viele Codes angefordert. Den nächsten können Sie { $when } anfordern.
error-cooldown = Sie können { $when } einen weiteren Code anfordern.
error-session-expired = Ihre Sitzung ist abgelaufen. Bitte fordern Sie erneut einen Code an.
error-malformed = Wir konnten Ihre Anfrage nicht lesen. Bitte versuchen Sie es erneut.
# $id is the id that support finds in the log.
error-send-failed = Der Code konnte nicht gesendet werden. Bitte versuchen Sie es erneut. Referenz: { $id }
error-unexpected = Bei uns ist ein Fehler aufgetreten. Bitte versuchen Sie es erneut. Referenz: { $id }

in-seconds = { $count ->
    [one] in { $count } Sekunde
   *[other] in { $count } Sekunden
}
in-minutes = { $count ->
    [one] in { $count } Minute
   *[other] in { $count } Minuten
}
in-hours = { $count ->
    [one] in { $count } Stunde
   *[other] in { $count } Stunden
}
in-days = { $count ->
    [one] in { $count } Tag
   *[other] in { $count } Tagen
}

## Flash messages

notice-code-sent = Der Code wurde gesendet.
notice-code-resent = Der Code wurde gesendet. Frühere Codes dieser Anmeldung gelten weiter, bis sie ablaufen.
notice-signed-in = Sie sind angemeldet.
notice-signed-out = Sie sind abgemeldet.
notice-signed-out-everywhere = Sie sind überall abgemeldet.
notice-session-ended = Sie sind dort abgemeldet.
notice-contact-changed = Ihre Kontaktdaten wurden geändert. Sie sind überall sonst abgemeldet.
notice-contact-unchanged = Das sind bereits Ihre Kontaktdaten.

## The account

account-heading = Ihr Konto
account-name = Name
account-since = Kundenkonto seit
logout-button = Abmelden
signing-out = Sie werden abgemeldet …
back-to-account = Zurück zu Ihrem Konto

sessions-heading = Wo Sie angemeldet sind
sessions-text = Wenn Sie einen dieser Einträge nicht kennen, melden Sie sich dort ab.
this-browser = Dieser Browser
unknown-device = Unbekannter Browser
sign-out-there = Dort abmelden
known-browsers-heading = Bekannte Browser
known-browsers-text = Mit diesen Browsern haben Sie sich angemeldet. „Überall abmelden“ vergisst alle außer diesem.
last-sign-in = Letzte Anmeldung: { $time }
sign-out-everywhere = Überall abmelden
# $place is the message "place", $ago one of the phrases ago-now to ago-days.
session = { $has_place ->
    [yes] Aus dem { $place }. Angemeldet am { $since }. Zuletzt aktiv: { $ago }.
   *[no] Angemeldet am { $since }. Zuletzt aktiv: { $ago }.
}
ago-now = gerade eben
ago-minutes = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}

contact-heading = Kontaktdaten ändern
contact-text = Wir senden einen Code an die neuen Kontaktdaten. Wenn Sie ihn eingeben, werden Sie überall sonst abgemeldet. An die bisherigen Kontaktdaten senden wir einen Hinweis.
new-contact-label = { $kind ->
    [phone] Neue Mobilnummer
   *[email] Neue E-Mail-Adresse
}
contact-now = Zurzeit hinterlegt: { $contact }.
contact-none = Zurzeit ist nichts hinterlegt.
new-contact-sent-to = { $alphabet ->
    [letters] Wenn { $contact } für Ihr Konto verwendet werden kann, haben wir einen Code aus { $length } Buchstaben dorthin gesendet.
   *[digits] Wenn { $contact } für Ihr Konto verwendet werden kann, haben wir einen { $length }-stelligen Code dorthin gesendet.
}

step-up-heading = Bestätigen Sie, dass Sie es sind
step-up-ask = Dafür ist ein neuer Code nötig. Wir senden ihn an { $contact }.
step-up-sent = Wir haben einen Code an { $contact } gesendet.
step-up-none = Dafür ist ein neuer Code nötig. Wir können Ihnen zurzeit aber keinen senden.

undo-heading = Änderung rückgängig machen?
undo-changed = Die Kontaktdaten Ihres Kontos wurden von { $old } in { $new } geändert. Wenn Sie die Schaltfläche drücken, wird das rückgängig gemacht und Sie werden überall abgemeldet.
undo-added = Die Kontaktdaten { $new } wurden Ihrem Konto hinzugefügt. Wenn Sie die Schaltfläche drücken, werden sie wieder entfernt und Sie werden überall abgemeldet.
undo-all = Die Schaltfläche macht auch alle anderen Änderungen Ihrer Kontaktdaten in den letzten 24 Stunden rückgängig.
undo-button = Änderung rückgängig machen
undo-calm = Wenn die Änderung von Ihnen stammt, können Sie diese Seite schließen.
undo-done-heading = Die Änderung wurde rückgängig gemacht
undo-done-text = Ihre Kontaktdaten sind wieder wie zuvor, und Sie sind überall abgemeldet. Melden Sie sich an, um zu sehen, wo Sie angemeldet waren.
dead-undo-text = Er ist älter als 24 Stunden oder unvollständig. Wenn Sie Ihre Kontaktdaten nicht geändert haben, wenden Sie sich bitte an uns.

## "This was not me"

not-me-heading = Waren Sie das nicht?
not-me-text = Jemand hat einen Anmeldecode für { $contact } angefordert. Wenn Sie das nicht waren, drücken Sie die Schaltfläche: Der Code wird ungültig, und 24 Stunden lang können Codes für { $contact } nur in Browsern angefordert werden, in denen schon einmal eine Anmeldung stattgefunden hat.
not-me-text-signed-in = Jemand, der in Ihrem Konto angemeldet ist, hat einen Code für { $contact } angefordert. Wenn Sie das nicht waren, drücken Sie die Schaltfläche: Alle werden abgemeldet, der Code wird ungültig, und 24 Stunden lang können Codes für { $contact } nur in Browsern angefordert werden, in denen danach eine Anmeldung stattfindet.
not-me-calm = Wenn Sie das waren, können Sie diese Seite schließen. Ohne den Code kann sich niemand anmelden.
not-me-button = Das war ich nicht
not-me-done-heading = Erledigt
not-me-done-text = Der Code gilt nicht mehr. 24 Stunden lang können Codes für { $contact } nur in Browsern angefordert werden, in denen schon einmal eine Anmeldung stattgefunden hat.
not-me-done-text-signed-out = In Ihrem Konto wurden alle abgemeldet. Der Code gilt nicht mehr. 24 Stunden lang können Codes für { $contact } nur in Browsern angefordert werden, in denen schon einmal eine Anmeldung stattgefunden hat.
dead-link-heading = Dieser Link funktioniert nicht
dead-link-text = Er ist zu alt oder unvollständig. Sie müssen nichts tun: Codes werden von selbst ungültig.

## Pages with one button, for actions that a link alone must not trigger

confirm-resend-heading = Neuen Code anfordern?
confirm-resend-text = Wir senden erst dann einen Code, wenn Sie die Schaltfläche drücken.
confirm-resend-back = Zurück zur Eingabe des Codes
confirm-logout-heading = Abmelden?
confirm-logout-text = Für die nächste Anmeldung brauchen Sie einen neuen Code.

## Error pages

not-found-heading = Seite nicht gefunden
not-found-text = Prüfen Sie die Adresse oder beginnen Sie noch einmal auf der Startseite.
cookies-blocked-heading = Ihr Browser blockiert Cookies
cookies-blocked-text = Ein Code gilt nur in dem Browser, der ihn angefordert hat, und den erkennen wir an einem Cookie. Erlauben Sie in den Einstellungen Ihres Browsers Cookies für diese Website und beginnen Sie dann noch einmal.
forbidden-heading = Wir konnten Ihre Anfrage nicht annehmen
forbidden-text = Das Formular kam nicht von unserer eigenen Seite. Bitte beginnen Sie noch einmal auf der Startseite.
misdirected-heading = Das ist nicht die richtige Adresse
misdirected-text = Diese Website hat eine andere Adresse. Prüfen Sie den Link, der Sie hierher geführt hat.
malformed-heading = Wir konnten Ihre Anfrage nicht lesen
too-large-heading = Ihre Anfrage war zu lang
too-large-text = Das Formular war größer als erlaubt. Bitte versuchen Sie es erneut.
not-allowed-heading = Das ist hier nicht möglich
not-allowed-text = Bitte beginnen Sie noch einmal auf der Startseite.
timeout-heading = Das hat zu lange gedauert
timeout-text = Die Verbindung war zu langsam oder wurde unterbrochen. Bitte versuchen Sie es erneut.
unexpected-heading = Ein Fehler ist aufgetreten
maintenance-heading = Wir sind bald wieder da
maintenance-text = Wir arbeiten an unserer Website. Bitte versuchen Sie es in einigen Minuten erneut.

## Phrases for messages and pages

# Without an article, so that it fits both as a heading and after "mit".
device = { $browser ->
    [none] Browser auf { $system }
   *[other] { $browser } auf { $system }
}
# Without an article: "aus dem { $place }" in a sentence, "({ $place })" in brackets.
place = Netzwerk { $network }

## Emails. $known states what is known about the browser: "both" $device and $place, one of them, or
## "none".

# The next line starts in lower case in German.
mail-hello = { $has_name ->
    [yes] Guten Tag { $name },
   *[no] Guten Tag,
}
mail-code-subject = { $purpose ->
    [step_up] Ihr Code zur Bestätigung Ihrer Identität bei { $brand } ({ $time })
    [change_contact] Ihr Code zur Änderung Ihrer Kontaktdaten bei { $brand } ({ $time })
   *[sign_in] Ihr Anmeldecode für { $brand } ({ $time })
}
mail-code-subject-with-code = { $purpose ->
    [step_up] { $code } ist Ihr Code zur Bestätigung Ihrer Identität bei { $brand }
    [change_contact] { $code } ist Ihr Code zur Änderung Ihrer Kontaktdaten bei { $brand }
   *[sign_in] { $code } ist Ihr Anmeldecode für { $brand }
}
mail-code-title = Code von { $brand }
mail-code-intro = { $purpose ->
    [step_up] hier ist Ihr Code zur Bestätigung Ihrer Identität bei { $brand }:
    [change_contact] hier ist Ihr Code zur Änderung Ihrer Kontaktdaten bei { $brand }:
   *[sign_in] hier ist Ihr Anmeldecode für { $brand }:
}
mail-code-use = { $minutes ->
    [one] Geben Sie ihn auf der Seite ein, auf der Sie ihn angefordert haben, oder fügen Sie ihn dort ein. Er gilt { $minutes } Minute lang und nur einmal.
   *[other] Geben Sie ihn auf der Seite ein, auf der Sie ihn angefordert haben, oder fügen Sie ihn dort ein. Er gilt { $minutes } Minuten lang und nur einmal.
}
mail-code-asked = { $known ->
    [both] Angefordert um { $time } mit { $device } ({ $place }).
    [device] Angefordert um { $time } mit { $device }.
    [place] Angefordert um { $time } aus dem { $place }.
   *[none] Angefordert um { $time }.
}
mail-code-not-you = Wenn Sie das nicht waren, teilen Sie es uns hier mit:
mail-code-not-you-link = Wenn Sie das nicht waren:
mail-code-never-asked = Niemand von { $brand } wird Sie jemals nach diesem Code fragen.

mail-sign-in-subject = Neue Anmeldung in Ihrem Konto bei { $brand } ({ $time })
mail-sign-in-title = Neue Anmeldung in Ihrem Konto bei { $brand }
mail-sign-in-what = { $known ->
    [both] jemand hat sich in Ihrem Konto bei { $brand } angemeldet: am { $time }, mit { $device } ({ $place }).
    [device] jemand hat sich in Ihrem Konto bei { $brand } angemeldet: am { $time }, mit { $device }.
    [place] jemand hat sich in Ihrem Konto bei { $brand } angemeldet: am { $time }, aus dem { $place }.
   *[none] jemand hat sich in Ihrem Konto bei { $brand } angemeldet: am { $time }.
}
mail-sign-in-you = Wenn Sie das waren, müssen Sie nichts tun.
mail-sign-in-not-you = Wenn Sie das nicht waren, melden Sie sich unter { $sign_in_url } an und wieder ab. Wenden Sie sich dann an { $brand }: Möglicherweise kann jemand anderes Ihre Nachrichten lesen.

mail-changed-subject = Ihre Kontaktdaten bei { $brand } wurden geändert ({ $time })
mail-changed-title = Ihre Kontaktdaten bei { $brand } wurden geändert
mail-changed-what = { $known ->
    [both] die Kontaktdaten Ihres Kontos bei { $brand } wurden in { $new_contact } geändert: am { $time }, mit { $device } ({ $place }). Anmeldecodes gehen ab jetzt an die neuen Kontaktdaten.
    [device] die Kontaktdaten Ihres Kontos bei { $brand } wurden in { $new_contact } geändert: am { $time }, mit { $device }. Anmeldecodes gehen ab jetzt an die neuen Kontaktdaten.
    [place] die Kontaktdaten Ihres Kontos bei { $brand } wurden in { $new_contact } geändert: am { $time }, aus dem { $place }. Anmeldecodes gehen ab jetzt an die neuen Kontaktdaten.
   *[none] die Kontaktdaten Ihres Kontos bei { $brand } wurden in { $new_contact } geändert: am { $time }. Anmeldecodes gehen ab jetzt an die neuen Kontaktdaten.
}
mail-changed-you = Wenn Sie das veranlasst haben, müssen Sie nichts tun.
mail-changed-not-you = Wenn Sie das nicht veranlasst haben, wenden Sie sich bitte sofort an { $brand }: Möglicherweise kann sich jemand anderes unter { $sign_in_url } in Ihrem Konto anmelden.
mail-changed-undo = Wenn Sie das nicht veranlasst haben, machen Sie die Änderung hier innerhalb von 24 Stunden rückgängig und wenden Sie sich bitte sofort an { $brand }: Möglicherweise kann sich jemand anderes unter { $sign_in_url } in Ihrem Konto anmelden.

## Text messages. They are billed by length: a segment has 160 characters of GSM-7, or 70 with any
## other character.

# GSM-7 only: ä ö ü ß Ä Ö Ü are in it, „ “ – … are not.
sms-code = { $purpose ->
    [step_up] { $minutes ->
        [one] { $code } ist Ihr Bestätigungscode für { $brand }. Er gilt { $minutes } Minute.
       *[other] { $code } ist Ihr Bestätigungscode für { $brand }. Er gilt { $minutes } Minuten.
    }
    [change_contact] { $minutes ->
        [one] { $code } ist Ihr Code zur Kontaktänderung bei { $brand }. Er gilt { $minutes } Minute.
       *[other] { $code } ist Ihr Code zur Kontaktänderung bei { $brand }. Er gilt { $minutes } Minuten.
    }
   *[sign_in] { $minutes ->
        [one] { $code } ist Ihr Anmeldecode für { $brand }. Er gilt { $minutes } Minute.
       *[other] { $code } ist Ihr Anmeldecode für { $brand }. Er gilt { $minutes } Minuten.
    }
}
sms-sign-in = { $has_device ->
    [yes] { $brand }: Neue Anmeldung mit { $device }, { $time }. Nicht Sie? { $host }
   *[no] { $brand }: Neue Anmeldung, { $time }. Nicht Sie? Öffnen Sie { $host }
}
# $way is a link, or "Open" and the site.
sms-changed = { $brand }: Ihre neuen Kontaktdaten: { $new_contact }. Nicht Sie? { $way }
sms-open = Öffnen Sie { $host }
