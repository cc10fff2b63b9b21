# All sentences that customers read. Every language has the same messages: a test reports missing
# and unused ones.
#
# Every sentence may use $brand, the operator's name, and $example, a mobile number of the
# operator's country.
# Common arguments: $kind is "email" or "phone", $alphabet is "digits" or "letters" and $length the
# number of them, $when one of the phrases in-seconds to in-days, $contact an email address or phone
# number.

## On every page

problem-heading = There is a problem
# The title of a page with an error. The mark comes first, so that a screen reader reads it first.
error-title = Error: { $title }
skip-link = Skip to main content
start-again = Go to the start page
one-moment = One moment…
offline = You are offline. What you typed is kept: try again when you are connected.
language-label = Language
help-contact = Help
legal-privacy = Privacy
legal-terms = Terms
legal-imprint = Legal notice

## The request screen

request-heading = Sign in to your account
request-intro = We will send you a sign-in code. No password needed.
contact-type-legend = How should we send your code?
contact-type = { $kind ->
    [phone] Text message
   *[email] Email
}
contact-label = { $kind ->
    [phone] Mobile number
   *[email] Email address
}
contact-hint = { $kind ->
    [phone] Use the number on your account, like { $example }. For another country start with + and its code.
   *[email] Use the address on your account.
}
contact-example = { $kind ->
    [phone] { $example }
   *[email] you@example.com
}
contact-suggestion = Did you mean { $contact }?
remember-contact = Remember this on my device
remember-hint = Leave it out on a device that others use.
request-button = Send code
sending = Sending…
email-quicker = Email is quicker at the moment.
texts-known-only = Text messages go only to browsers that have signed in before at the moment.
channel-down = { $kind ->
    [phone] Text messages do not work at the moment.
   *[email] Emails do not work at the moment.
}
pending = You asked for a code for { $contact } at { $time }.
pending-link = Enter that code
pending-label = Sign-in in progress
contact-not-sent = You are offline or the connection failed. Your details are still in the box.
widget-hint = With JavaScript you can also pass this check and try again at once.
proving = Checking your browser: { $percent }%
proving-started = Checking your browser. This takes a few seconds.

## The verify screen

verify-heading = { $kind ->
    [phone] Check your phone
   *[email] Check your email
}
# 8 is the only length with another article: "an 8-digit code".
code-sent-to = { $alphabet ->
    [letters] If { $contact } is on an account, we have sent { $length ->
        [8] an
       *[other] a
    } { $length }-letter code to it.
   *[digits] If { $contact } is on an account, we have sent { $length ->
        [8] an
       *[other] a
    } { $length }-digit code to it.
}
code-sent-to-other = { $kind ->
    [phone] We have sent a code to the mobile number on your account.
   *[email] We have sent a code to the email address on your account.
}
code-label = { $alphabet ->
    [letters] { $length }-letter code
   *[digits] { $length }-digit code
}
code-hint = Type it, or paste the code or the whole message.
code-hint-interactive = If you paste it or your phone fills it in, we check it straight away.
letters-hint = It has letters only, in capitals or not: no digits and no vowels.
verify-button = Continue
checking = Checking…
attempts = Attempts remaining: { $count }
works-until = The code works until { $time }
five-minutes-left = 5 minutes left to enter the code.
one-minute-left = 1 minute left to enter the code.
thirty-seconds-left = 30 seconds left to enter the code.
help-heading = Did not get a code?
resend-button = Send a new code
resend-after = You can send a new code after { $time }
resend-now = You can send a new code now.
resend-used-up = You have asked for all the codes of this sign-in. You can ask for another after { $time }.
switch-button = { $kind ->
    [phone] Send it by text message instead
   *[email] Send it by email instead
}
change-button = { $kind ->
    [phone] Use a different mobile number
   *[email] Use a different email address
}
never-asked = We will never call or write to ask you for this code.
exhausted-heading = You cannot sign in with this code
exhausted-button = Ask for a new code
code-not-sent = You are offline or the connection failed. Your code is still in the box.

## The delivery status of the message

delivery-pending = { $kind ->
    [phone] It can take a minute.
   *[email] It can take a few minutes. Check your spam folder.
}
delivery-sent = { $kind ->
    [phone] Sent. It can take a minute.
   *[email] Sent. It can take a few minutes. Check your spam folder.
}
delivery-delivered = { $kind ->
    [phone] It has arrived on your phone.
   *[email] It has arrived. Check your spam folder too.
}
delivery-overdue = { $kind ->
    [phone] Still nothing? Check the number and your signal, or ask for a new code.
   *[email] Still nothing? Check the address, your spam folder, or ask for a new code.
}
failed-no-such-address = { $kind ->
    [phone] Nobody has this number. Check it for typing mistakes.
   *[email] Nobody has this email address. Check it for typing mistakes.
}
failed-not-mobile = This number looks like a landline.
failed-blocked = { $kind ->
    [phone] Messages from us are blocked on your phone or by its network.
   *[email] Your email provider turned our message away.
}
failed-unreachable = { $kind ->
    [phone] Your phone is switched off or has no signal.
   *[email] Your mailbox is full or out of order.
}
failed-country-not-allowed = We cannot send text messages to numbers of this country.
failed-sms-budget-spent = We cannot send text messages at the moment.
failed-other = We could not deliver the message.
# Follows one of the sentences above.
way-on-switch = { $kind ->
    [phone] Get the code by text message?
   *[email] Get the code by email?
}
way-on-again = Ask for a new code, or use a different contact.
way-on-different = Use a different contact.

## Errors of forms

error-contact-missing = Please provide contact information.
error-contact-invalid = { $kind ->
    [phone] Enter a mobile number, like { $example }.
   *[email] Enter an email address in the correct format, like name@example.com.
}
error-country-not-allowed = We cannot send text messages to numbers of this country. Choose email.
error-not-mobile = This number looks like a landline. Get the code by email?
error-sms-budget-spent = We cannot send text messages to new browsers at the moment. Choose email.
error-customer-not-found = No customer found with this contact information.
error-code-malformed = { $alphabet ->
    [letters] Please enter the { $length } letters of the code.
   *[digits] Please enter a valid { $length }-digit OTP.
}
error-code-expired = OTP has expired. Please request a new one.
error-code-invalid = Invalid OTP. Attempts remaining: { $count }
error-code-exhausted = Invalid OTP. Attempts remaining: 0. Please request a new one.
error-code-escalated = This code does not work any more. Somebody has tried too many wrong codes. Please request a new one: it has letters instead of digits.
error-browser-limit = That was too often. You can try again { $when }.
error-contact-limit = We have sent several codes there already. You can ask for the next { $when }.
error-network-limit = Too much was asked for from your network. You can try again { $when }.
error-global-limit = Very many people are asking for codes. You can try again { $when }.
error-captcha-required = Many codes were asked for from your network. You can ask for the next { $when }.
error-cooldown = You can ask for another code { $when }.
error-session-expired = Session expired. Please request OTP again.
error-malformed = We could not read that. Please try again.
# $id is the id that support finds in the log.
error-send-failed = Failed to send OTP. Please try again. Reference: { $id }
error-unexpected = Something went wrong on our side. Please try again. Reference: { $id }

in-seconds = { $count ->
    [one] in { $count } second
   *[other] in { $count } seconds
}
in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}

## Flash messages

notice-code-sent = OTP sent successfully.
notice-code-resent = OTP sent successfully. Earlier codes of this sign-in also work until they expire.
notice-signed-in = You are signed in.
notice-signed-out = You are signed out.
notice-signed-out-everywhere = You are signed out everywhere.
notice-session-ended = You are signed out there.
notice-contact-changed = Your contact is changed. You are signed out everywhere else.
notice-contact-unchanged = This is your contact already.

## The account

account-heading = Your account
account-name = Name
account-since = Customer since
logout-button = Sign out
signing-out = Signing out…
back-to-account = Back to your account

sessions-heading = Where you are signed in
sessions-text = If you do not know one of these, sign out there.
this-browser = This browser
unknown-device = An unknown browser
sign-out-there = Sign out there
known-browsers-heading = Known browsers
known-browsers-text = You have signed in with these browsers. “Sign out everywhere” forgets all except this one.
last-sign-in = Last sign-in: { $time }
sign-out-everywhere = Sign out everywhere
# $place is the message "place", $ago one of the phrases ago-now to ago-days.
session = { $has_place ->
    [yes] From { $place }. Signed in on { $since }. Last seen { $ago }.
   *[no] Signed in on { $since }. Last seen { $ago }.
}
ago-now = just now
ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}

contact-heading = Change your contact
contact-text = We send a code to the new contact. With the code you sign out everywhere else, and we tell the old contact.
new-contact-label = { $kind ->
    [phone] New mobile number
   *[email] New email address
}
contact-now = Now it is { $contact }.
contact-none = There is none yet.
new-contact-sent-to = { $alphabet ->
    [letters] If { $contact } can be your contact, we have sent { $length ->
        [8] an
       *[other] a
    } { $length }-letter code to it.
   *[digits] If { $contact } can be your contact, we have sent { $length ->
        [8] an
       *[other] a
    } { $length }-digit code to it.
}

step-up-heading = Confirm that it is you
step-up-ask = For this we need a fresh code. We send it to { $contact }.
step-up-sent = We have sent a code to { $contact }.
step-up-none = For this we need a fresh code, and we cannot send you one at the moment.

undo-heading = Undo the change?
undo-changed = The contact of your account was changed from { $old } to { $new }. The button changes it back and signs you out everywhere.
undo-added = The contact { $new } was added to your account. The button removes it and signs you out everywhere.
undo-all = The button also undoes every other change of your contacts in the last 24 hours.
undo-button = Undo the change
undo-calm = If you made the change, you can close this page.
undo-done-heading = The change is undone
undo-done-text = Your contact is as it was, and you are signed out everywhere. Sign in to see where you have been signed in.
dead-undo-text = It is older than 24 hours, or a part of it is missing. If you did not change your contact, get in touch with us.

## "This was not me"

not-me-heading = Was this not you?
not-me-text = Somebody asked for a sign-in code for { $contact }. If that was not you, press the button: the code stops working, and for 24 hours codes for { $contact } go only to browsers that have signed in before.
not-me-text-signed-in = Somebody who is signed in to your account asked for a code for { $contact }. If that was not you, press the button: everybody is signed out, the code stops working, and for 24 hours codes for { $contact } go only to browsers that sign in from then on.
not-me-calm = If it was you, you can close this page. Nobody can sign in without the code.
not-me-button = This was not me
not-me-done-heading = Done
not-me-done-text = The code no longer works. For 24 hours codes for { $contact } go only to browsers that have signed in before.
not-me-done-text-signed-out = Everybody is signed out of your account. The code no longer works. For 24 hours codes for { $contact } go only to browsers that have signed in before.
dead-link-heading = This link does not work
dead-link-text = It is too old, or a part of it is missing. You need to do nothing: codes stop working by themselves.

## Pages with one button, for actions that a link alone must not trigger

confirm-resend-heading = Send a new code?
confirm-resend-text = We only send a code when you press the button.
confirm-resend-back = Back to entering the code
confirm-logout-heading = Sign out?
confirm-logout-text = You will need a new code to sign in again.

## Error pages

not-found-heading = Page not found
not-found-text = Check the address, or start again from the first page.
cookies-blocked-heading = Your browser blocks cookies
cookies-blocked-text = A code works only in the browser that asked for it, and a cookie tells us which one that is. Allow cookies for this site in the settings of your browser, then start again.
forbidden-heading = We could not accept that
forbidden-text = The form did not come from our own page. Please start again from the first page.
misdirected-heading = This is not the right address
misdirected-text = This site has another address. Check the link that led you here.
malformed-heading = We could not read that
too-large-heading = That was too long
too-large-text = The form was larger than we accept. Please try again.
not-allowed-heading = That does not work here
not-allowed-text = Please start again from the first page.
timeout-heading = That took too long
timeout-text = The connection was too slow or broke off. Please try again.
unexpected-heading = Something went wrong
maintenance-heading = We will be back soon
maintenance-text = We are working on our site. Please try again in a few minutes.

## Phrases for messages and pages

# $browser is "none" if the browser is unknown.
device = { $browser ->
    [none] a browser on { $system }
   *[other] { $browser } on { $system }
}
place = the network { $network }

## Emails. $known states what is known about the browser: "both" $device and $place, one of them, or
## "none".

mail-hello = { $has_name ->
    [yes] Hello { $name },
   *[no] Hello,
}
mail-code-subject = { $purpose ->
    [step_up] Your { $brand } code to confirm that it is you ({ $time })
    [change_contact] Your { $brand } code for a change of contact ({ $time })
   *[sign_in] Your { $brand } sign-in code ({ $time })
}
mail-code-subject-with-code = { $purpose ->
    [step_up] { $code } is your { $brand } code to confirm that it is you
    [change_contact] { $code } is your { $brand } code for a change of contact
   *[sign_in] { $code } is your { $brand } sign-in code
}
mail-code-title = { $brand } code
mail-code-intro = { $purpose ->
    [step_up] here is your { $brand } code to confirm that it is you:
    [change_contact] here is your { $brand } code for a change of contact:
   *[sign_in] here is your { $brand } sign-in code:
}
mail-code-use = { $minutes ->
    [one] Type or paste it on the page where you asked for it. It works for { $minutes } minute, and once.
   *[other] Type or paste it on the page where you asked for it. It works for { $minutes } minutes, and once.
}
mail-code-asked = { $known ->
    [both] Asked for at { $time } from { $device } ({ $place }).
    [device] Asked for at { $time } from { $device }.
    [place] Asked for at { $time } from { $place }.
   *[none] Asked for at { $time }.
}
mail-code-not-you = If this was not you, tell us here:
mail-code-not-you-link = If this was not you:
mail-code-never-asked = Nobody from { $brand } will ever ask you for this code.

mail-sign-in-subject = New sign-in to your { $brand } account ({ $time })
mail-sign-in-title = New sign-in to your { $brand } account
mail-sign-in-what = { $known ->
    [both] somebody signed in to your { $brand } account on { $time }, from { $device } ({ $place }).
    [device] somebody signed in to your { $brand } account on { $time }, from { $device }.
    [place] somebody signed in to your { $brand } account on { $time }, from { $place }.
   *[none] somebody signed in to your { $brand } account on { $time }.
}
mail-sign-in-you = If this was you, there is nothing to do.
mail-sign-in-not-you = If this was not you, sign in at { $sign_in_url } and sign out again, then get in touch with { $brand }: somebody else may be able to read your messages.

mail-changed-subject = Your { $brand } contact was changed ({ $time })
mail-changed-title = Your { $brand } contact was changed
mail-changed-what = { $known ->
    [both] the contact of your { $brand } account was changed to { $new_contact } on { $time }, from { $device } ({ $place }). From now on, sign-in codes go there.
    [device] the contact of your { $brand } account was changed to { $new_contact } on { $time }, from { $device }. From now on, sign-in codes go there.
    [place] the contact of your { $brand } account was changed to { $new_contact } on { $time }, from { $place }. From now on, sign-in codes go there.
   *[none] the contact of your { $brand } account was changed to { $new_contact } on { $time }. From now on, sign-in codes go there.
}
mail-changed-you = If you asked for this, there is nothing to do.
mail-changed-not-you = If you did not, get in touch with { $brand } at once: somebody else may be able to sign in to your account at { $sign_in_url }.
mail-changed-undo = If you did not, undo it here within 24 hours, and get in touch with { $brand } at once: somebody else may be able to sign in to your account at { $sign_in_url }.

## Text messages. They are billed by length: a segment has 160 characters of GSM-7, or 70 with any
## other character.

sms-code = { $purpose ->
    [step_up] { $minutes ->
        [one] { $code } is your { $brand } confirm code. It works for { $minutes } minute.
       *[other] { $code } is your { $brand } confirm code. It works for { $minutes } minutes.
    }
    [change_contact] { $minutes ->
        [one] { $code } is your { $brand } contact code. It works for { $minutes } minute.
       *[other] { $code } is your { $brand } contact code. It works for { $minutes } minutes.
    }
   *[sign_in] { $minutes ->
        [one] { $code } is your { $brand } sign-in code. It works for { $minutes } minute.
       *[other] { $code } is your { $brand } sign-in code. It works for { $minutes } minutes.
    }
}
sms-sign-in = { $has_device ->
    [yes] { $brand }: new sign-in from { $device }, { $time }. Not you? Open { $host }
   *[no] { $brand }: new sign-in, { $time }. Not you? Open { $host }
}
# $way is a link, or "Open" and the site.
sms-changed = { $brand }: your contact is now { $new_contact }. Not you? { $way }
sms-open = Open { $host }
