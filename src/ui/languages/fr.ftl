## On every page

problem-heading = Il y a un problème
error-title = Erreur : { $title }
skip-link = Aller au contenu principal
start-again = Aller à la page d’accueil
one-moment = Un instant…
offline = Vous êtes hors ligne. Votre saisie est conservée : réessayez une fois la connexion rétablie.
language-label = Langue
help-contact = Aide
legal-privacy = Confidentialité
legal-terms = Conditions d’utilisation
legal-imprint = Mentions légales

## The request screen

request-heading = Connectez-vous à votre compte
request-intro = Nous allons vous envoyer un code de connexion. Aucun mot de passe n’est nécessaire.
contact-type-legend = Comment souhaitez-vous recevoir votre code ?
contact-type = { $kind ->
    [phone] SMS
   *[email] E-mail
}
contact-label = { $kind ->
    [phone] Numéro de mobile
   *[email] Adresse e-mail
}
contact-hint = { $kind ->
    [phone] Utilisez le numéro enregistré sur votre compte, par exemple { $example }. Pour un autre pays, commencez par + et son indicatif.
   *[email] Utilisez l’adresse enregistrée sur votre compte.
}
contact-example = { $kind ->
    [phone] { $example }
   *[email] nom@example.com
}
contact-suggestion = Vouliez-vous dire { $contact } ?
remember-contact = Mémoriser sur mon appareil
remember-hint = Ne cochez pas cette case sur un appareil partagé.
request-button = Recevoir le code
sending = Envoi en cours…
email-quicker = L’e-mail est plus rapide en ce moment.
texts-known-only = Pour le moment, nous n’envoyons des SMS que si ce navigateur a déjà servi à une connexion.
channel-down = { $kind ->
    [phone] L’envoi de SMS ne fonctionne pas pour le moment.
   *[email] L’envoi d’e-mails ne fonctionne pas pour le moment.
}
pending = Vous avez demandé un code pour { $contact } à { $time }.
pending-link = Saisir ce code
pending-label = Connexion en cours
contact-not-sent = Vous êtes hors ligne ou la connexion a échoué. Votre saisie est toujours dans le champ.
widget-hint = Avec JavaScript, vous pouvez aussi effectuer cette vérification et réessayer immédiatement.
proving = Vérification de votre navigateur : { $percent } %
proving-started = Vérification de votre navigateur. Cela prend quelques secondes.

## The verify screen

verify-heading = { $kind ->
    [phone] Consultez vos SMS
   *[email] Consultez vos e-mails
}
code-sent-to = { $alphabet ->
    [letters] Si { $contact } correspond à un compte, nous y avons envoyé un code à { $length } lettres.
   *[digits] Si { $contact } correspond à un compte, nous y avons envoyé un code à { $length } chiffres.
}
code-sent-to-other = { $kind ->
    [phone] Nous avons envoyé un code au numéro de mobile enregistré sur votre compte.
   *[email] Nous avons envoyé un code à l’adresse e-mail enregistrée sur votre compte.
}
code-label = { $alphabet ->
    [letters] Code à { $length } lettres
   *[digits] Code à { $length } chiffres
}
code-hint = Saisissez le code ou collez-le. Vous pouvez aussi coller le message entier.
code-hint-interactive = Si vous collez le code ou si votre téléphone le saisit, nous le vérifions aussitôt.
letters-hint = Il ne contient que des lettres, en majuscules ou en minuscules : ni chiffres, ni voyelles.
verify-button = Continuer
checking = Vérification en cours…
attempts = { $count ->
    [one] Il vous reste { $count } essai.
   *[other] Il vous reste { $count } essais.
}
works-until = Le code est valable jusqu’à { $time }
five-minutes-left = Il reste 5 minutes pour saisir le code.
one-minute-left = Il reste 1 minute pour saisir le code.
thirty-seconds-left = Il reste 30 secondes pour saisir le code.
help-heading = Vous n’avez pas reçu de code ?
resend-button = Recevoir un nouveau code
resend-after = Vous pourrez demander un nouveau code après { $time }
resend-now = Vous pouvez maintenant demander un nouveau code.
resend-used-up = Vous avez demandé tous les codes possibles pour cette connexion. Vous pourrez en demander un autre après { $time }.
switch-button = { $kind ->
    [phone] Recevoir plutôt le code par SMS
   *[email] Recevoir plutôt le code par e-mail
}
change-button = { $kind ->
    [phone] Utiliser un autre numéro de mobile
   *[email] Utiliser une autre adresse e-mail
}
never-asked = Nous ne vous demanderons jamais ce code, ni par téléphone, ni par écrit.
exhausted-heading = Vous ne pouvez pas vous connecter avec ce code
exhausted-button = Demander un nouveau code
code-not-sent = Vous êtes hors ligne ou la connexion a échoué. Votre code est toujours dans le champ.

## The delivery status of the message

delivery-pending = { $kind ->
    [phone] L’envoi peut prendre une minute.
   *[email] L’envoi peut prendre quelques minutes. Vérifiez vos courriers indésirables.
}
delivery-sent = { $kind ->
    [phone] Message envoyé. La réception peut prendre une minute.
   *[email] Message envoyé. La réception peut prendre quelques minutes. Vérifiez vos courriers indésirables.
}
delivery-delivered = { $kind ->
    [phone] Le message est arrivé sur votre téléphone.
   *[email] Le message est arrivé. Vérifiez aussi vos courriers indésirables.
}
delivery-overdue = { $kind ->
    [phone] Toujours rien ? Vérifiez le numéro et votre réseau, ou demandez un nouveau code.
   *[email] Toujours rien ? Vérifiez l’adresse et vos courriers indésirables, ou demandez un nouveau code.
}
failed-no-such-address = { $kind ->
    [phone] Ce numéro n’existe pas. Vérifiez qu’il ne contient pas de faute de frappe.
   *[email] Cette adresse e-mail n’existe pas. Vérifiez qu’elle ne contient pas de faute de frappe.
}
failed-not-mobile = Ce numéro semble être celui d’une ligne fixe.
failed-blocked = { $kind ->
    [phone] Nos messages sont bloqués sur votre téléphone ou par votre opérateur.
   *[email] Votre messagerie a refusé notre message.
}
failed-unreachable = { $kind ->
    [phone] Votre téléphone est éteint ou n’a pas de réseau.
   *[email] Votre boîte de réception est pleine ou hors service.
}
failed-country-not-allowed = Nous ne pouvons pas envoyer de SMS aux numéros de ce pays.
failed-sms-budget-spent = Nous ne pouvons pas envoyer de SMS pour le moment.
failed-other = Nous n’avons pas pu remettre le message.
# Follows one of the sentences above.
way-on-switch = { $kind ->
    [phone] Recevoir le code par SMS ?
   *[email] Recevoir le code par e-mail ?
}
way-on-again = Demandez un nouveau code ou utilisez d’autres coordonnées.
way-on-different = Utilisez d’autres coordonnées.

## Errors of forms

error-contact-missing = Veuillez indiquer vos coordonnées.
error-contact-invalid = { $kind ->
    [phone] Saisissez un numéro de mobile, par exemple { $example }.
   *[email] Saisissez une adresse e-mail au bon format, par exemple nom@example.com.
}
error-country-not-allowed = Nous ne pouvons pas envoyer de SMS aux numéros de ce pays. Choisissez l’e-mail.
error-not-mobile = Ce numéro semble être celui d’une ligne fixe. Recevoir le code par e-mail ?
error-sms-budget-spent = Pour le moment, nous ne pouvons pas envoyer de SMS pour un nouveau navigateur. Choisissez l’e-mail.
error-customer-not-found = Aucun client ne correspond à ces coordonnées.
error-code-malformed = { $alphabet ->
    [letters] Veuillez saisir les { $length } lettres du code.
   *[digits] Veuillez saisir un code valide à { $length } chiffres.
}
error-code-expired = Le code a expiré. Veuillez en demander un nouveau.
error-code-invalid = { $count ->
    [one] Code incorrect. Il vous reste { $count } essai.
   *[other] Code incorrect. Il vous reste { $count } essais.
}
error-code-exhausted = Code incorrect. Il ne vous reste aucun essai. Veuillez demander un nouveau code.
error-code-escalated = Ce code n’est plus valable. Quelqu’un a essayé trop de codes incorrects. Veuillez en demander un nouveau : il sera composé de lettres et non de chiffres.
error-browser-limit = Trop de demandes ont été faites. Vous pourrez réessayer { $when }.
error-contact-limit = Nous y avons déjà envoyé plusieurs codes. Vous pourrez demander le suivant { $when }.
error-network-limit = Trop de demandes proviennent de votre réseau. Vous pourrez réessayer { $when }.
error-global-limit = De très nombreuses personnes demandent un code en ce moment. Vous pourrez réessayer { $when }.
error-captcha-required = De nombreux codes ont été demandés depuis votre réseau. Vous pourrez demander le suivant { $when }.
error-cooldown = Vous pourrez demander un autre code { $when }.
error-session-expired = Votre session a expiré. Veuillez demander un nouveau code.
error-malformed = Nous n’avons pas pu lire votre demande. Veuillez réessayer.
# $id is the id that support finds in the log.
error-send-failed = Le code n’a pas pu être envoyé. Veuillez réessayer. Référence : { $id }
error-unexpected = Une erreur est survenue de notre côté. Veuillez réessayer. Référence : { $id }

in-seconds = { $count ->
    [one] dans { $count } seconde
   *[other] dans { $count } secondes
}
in-minutes = { $count ->
    [one] dans { $count } minute
   *[other] dans { $count } minutes
}
in-hours = { $count ->
    [one] dans { $count } heure
   *[other] dans { $count } heures
}
in-days = { $count ->
    [one] dans { $count } jour
   *[other] dans { $count } jours
}

## Flash messages

notice-code-sent = Le code a bien été envoyé.
notice-code-resent = Le code a bien été envoyé. Les codes précédents de cette connexion restent valables jusqu’à leur expiration.
# Worded without a participle that would have to agree with the reader ("connecté", "connectée").
notice-signed-in = Connexion réussie.
notice-signed-out = Déconnexion réussie.
notice-signed-out-everywhere = Tous les navigateurs sont déconnectés.
notice-session-ended = Le navigateur choisi est déconnecté.
notice-contact-changed = Vos coordonnées ont été modifiées. Tous les autres navigateurs sont déconnectés.
notice-contact-unchanged = Ce sont déjà vos coordonnées.

## The account

account-heading = Votre compte
account-name = Nom
account-since = Compte ouvert le
logout-button = Se déconnecter
signing-out = Déconnexion en cours…
back-to-account = Retour à votre compte

sessions-heading = Navigateurs connectés à votre compte
sessions-text = Si vous ne reconnaissez pas l’un d’eux, déconnectez-le.
this-browser = Navigateur actuel
unknown-device = Un navigateur inconnu
sign-out-there = Déconnecter ce navigateur
known-browsers-heading = Navigateurs connus
known-browsers-text = Vous vous êtes connecté avec ces navigateurs. « Se déconnecter partout » les oublie tous, sauf celui-ci.
last-sign-in = Dernière connexion : { $time }
sign-out-everywhere = Se déconnecter partout
# $place is the message "place", $ago one of the phrases ago-now to ago-days.
session = { $has_place ->
    [yes] Depuis le { $place }. Connexion le { $since }. Dernière activité : { $ago }.
   *[no] Connexion le { $since }. Dernière activité : { $ago }.
}
ago-now = à l’instant
ago-minutes = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
ago-hours = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
ago-days = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}

contact-heading = Modifier vos coordonnées
contact-text = Nous envoyons un code aux nouvelles coordonnées. Une fois ce code saisi, tous les autres navigateurs sont déconnectés et nous envoyons un avis aux anciennes coordonnées.
new-contact-label = { $kind ->
    [phone] Nouveau numéro de mobile
   *[email] Nouvelle adresse e-mail
}
contact-now = Actuellement : { $contact }.
contact-none = Rien n’est encore enregistré.
new-contact-sent-to = { $alphabet ->
    [letters] Si { $contact } peut être utilisé pour votre compte, nous y avons envoyé un code à { $length } lettres.
   *[digits] Si { $contact } peut être utilisé pour votre compte, nous y avons envoyé un code à { $length } chiffres.
}

step-up-heading = Confirmez votre identité
step-up-ask = Pour cela, il nous faut un nouveau code. Nous l’envoyons à { $contact }.
step-up-sent = Nous avons envoyé un code à { $contact }.
step-up-none = Pour cela, il nous faut un nouveau code, et nous ne pouvons pas vous en envoyer pour le moment.

undo-heading = Annuler la modification ?
undo-changed = Les coordonnées de votre compte ont été modifiées : { $old } a été remplacé par { $new }. Le bouton annule cette modification et vous déconnecte partout.
undo-added = Les coordonnées { $new } ont été ajoutées à votre compte. Le bouton les supprime et vous déconnecte partout.
undo-all = Le bouton annule aussi toute autre modification de vos coordonnées au cours des dernières 24 heures.
undo-button = Annuler la modification
undo-calm = Si cette modification vient de vous, vous pouvez fermer cette page.
undo-done-heading = La modification est annulée
undo-done-text = Vos coordonnées sont rétablies et tous les navigateurs sont déconnectés. Connectez-vous pour voir depuis quels navigateurs votre compte a été utilisé.
dead-undo-text = Il date de plus de 24 heures ou il est incomplet. Si vous n’avez pas modifié vos coordonnées, contactez-nous.

## "This was not me"

not-me-heading = Ce n’était pas vous ?
not-me-text = Quelqu’un a demandé un code de connexion pour { $contact }. Si ce n’était pas vous, appuyez sur le bouton : le code ne fonctionnera plus et, pendant 24 heures, les codes pour { $contact } ne pourront être demandés que depuis des navigateurs déjà utilisés pour se connecter.
not-me-text-signed-in = Quelqu’un qui est connecté à votre compte a demandé un code pour { $contact }. Si ce n’était pas vous, appuyez sur le bouton : tout le monde sera déconnecté, le code ne fonctionnera plus et, pendant 24 heures, les codes pour { $contact } ne pourront être demandés que depuis des navigateurs qui se connecteront ensuite.
not-me-calm = Si c’était vous, vous pouvez fermer cette page. Personne ne peut se connecter sans le code.
not-me-button = Ce n’était pas moi
not-me-done-heading = C’est fait
not-me-done-text = Le code ne fonctionne plus. Pendant 24 heures, les codes pour { $contact } ne pourront être demandés que depuis des navigateurs déjà utilisés pour se connecter.
not-me-done-text-signed-out = Tout le monde est déconnecté de votre compte. Le code ne fonctionne plus. Pendant 24 heures, les codes pour { $contact } ne pourront être demandés que depuis des navigateurs déjà utilisés pour se connecter.
dead-link-heading = Ce lien ne fonctionne pas
dead-link-text = Il est trop ancien ou incomplet. Vous n’avez rien à faire : les codes expirent d’eux-mêmes.

## Pages with one button, for actions that a link alone must not trigger

confirm-resend-heading = Recevoir un nouveau code ?
confirm-resend-text = Nous n’envoyons un code que si vous appuyez sur le bouton.
confirm-resend-back = Retour à la saisie du code
confirm-logout-heading = Se déconnecter ?
confirm-logout-text = Il vous faudra un nouveau code pour vous reconnecter.

## Error pages

not-found-heading = Page introuvable
not-found-text = Vérifiez l’adresse ou recommencez depuis la page d’accueil.
cookies-blocked-heading = Votre navigateur bloque les cookies
cookies-blocked-text = Un code ne fonctionne que dans le navigateur qui l’a demandé, et c’est un cookie qui nous permet de le reconnaître. Autorisez les cookies pour ce site dans les réglages de votre navigateur, puis recommencez.
forbidden-heading = Nous n’avons pas pu accepter votre demande
forbidden-text = Le formulaire ne provenait pas de notre site. Veuillez recommencer depuis la page d’accueil.
misdirected-heading = Ce n’est pas la bonne adresse
misdirected-text = Ce site a une autre adresse. Vérifiez le lien qui vous a conduit ici.
malformed-heading = Nous n’avons pas pu lire votre demande
too-large-heading = Votre demande était trop longue
too-large-text = Le formulaire dépassait la taille que nous acceptons. Veuillez réessayer.
not-allowed-heading = Cette action n’est pas possible ici
not-allowed-text = Veuillez recommencer depuis la page d’accueil.
timeout-heading = Votre demande a pris trop de temps
timeout-text = La connexion était trop lente ou a été interrompue. Veuillez réessayer.
unexpected-heading = Une erreur est survenue
maintenance-heading = Nous serons bientôt de retour
maintenance-text = Notre site est en maintenance. Veuillez réessayer dans quelques minutes.

## Phrases for messages and pages

device = { $browser ->
    [none] un navigateur sur { $system }
   *[other] { $browser } sur { $system }
}
# Without an article: "depuis le { $place }" in a sentence, "({ $place })" in brackets.
place = réseau { $network }

## Emails. $known states what is known about the browser: "both" $device and $place, one of them, or
## "none".

# The next line starts with a capital in French.
mail-hello = { $has_name ->
    [yes] Bonjour { $name },
   *[no] Bonjour,
}
mail-code-subject = { $purpose ->
    [step_up] Votre code { $brand } pour confirmer votre identité ({ $time })
    [change_contact] Votre code { $brand } pour modifier vos coordonnées ({ $time })
   *[sign_in] Votre code de connexion { $brand } ({ $time })
}
mail-code-subject-with-code = { $purpose ->
    [step_up] { $code } est votre code { $brand } pour confirmer votre identité
    [change_contact] { $code } est votre code { $brand } pour modifier vos coordonnées
   *[sign_in] { $code } est votre code de connexion { $brand }
}
mail-code-title = Code { $brand }
mail-code-intro = { $purpose ->
    [step_up] Voici votre code { $brand } pour confirmer votre identité :
    [change_contact] Voici votre code { $brand } pour modifier vos coordonnées :
   *[sign_in] Voici votre code de connexion { $brand } :
}
mail-code-use = { $minutes ->
    [one] Saisissez-le ou collez-le sur la page où vous l’avez demandé. Il est valable { $minutes } minute et ne sert qu’une fois.
   *[other] Saisissez-le ou collez-le sur la page où vous l’avez demandé. Il est valable { $minutes } minutes et ne sert qu’une fois.
}
mail-code-asked = { $known ->
    [both] Demandé à { $time } depuis { $device } ({ $place }).
    [device] Demandé à { $time } depuis { $device }.
    [place] Demandé à { $time } depuis le { $place }.
   *[none] Demandé à { $time }.
}
mail-code-not-you = Si ce n’était pas vous, signalez-le ici :
mail-code-not-you-link = Si ce n’était pas vous :
mail-code-never-asked = Personne chez { $brand } ne vous demandera jamais ce code.

mail-sign-in-subject = Nouvelle connexion à votre compte { $brand } ({ $time })
mail-sign-in-title = Nouvelle connexion à votre compte { $brand }
mail-sign-in-what = { $known ->
    [both] Quelqu’un s’est connecté à votre compte { $brand } le { $time }, depuis { $device } ({ $place }).
    [device] Quelqu’un s’est connecté à votre compte { $brand } le { $time }, depuis { $device }.
    [place] Quelqu’un s’est connecté à votre compte { $brand } le { $time }, depuis le { $place }.
   *[none] Quelqu’un s’est connecté à votre compte { $brand } le { $time }.
}
mail-sign-in-you = Si c’était vous, vous n’avez rien à faire.
mail-sign-in-not-you = Si ce n’était pas vous, connectez-vous sur { $sign_in_url } puis déconnectez-vous. Contactez ensuite { $brand } : une autre personne a peut-être accès à vos messages.

mail-changed-subject = Vos coordonnées { $brand } ont été modifiées ({ $time })
mail-changed-title = Vos coordonnées { $brand } ont été modifiées
mail-changed-what = { $known ->
    [both] Les coordonnées de votre compte { $brand } ont été remplacées par { $new_contact } le { $time }, depuis { $device } ({ $place }). Les codes de connexion seront désormais envoyés à ces nouvelles coordonnées.
    [device] Les coordonnées de votre compte { $brand } ont été remplacées par { $new_contact } le { $time }, depuis { $device }. Les codes de connexion seront désormais envoyés à ces nouvelles coordonnées.
    [place] Les coordonnées de votre compte { $brand } ont été remplacées par { $new_contact } le { $time }, depuis le { $place }. Les codes de connexion seront désormais envoyés à ces nouvelles coordonnées.
   *[none] Les coordonnées de votre compte { $brand } ont été remplacées par { $new_contact } le { $time }. Les codes de connexion seront désormais envoyés à ces nouvelles coordonnées.
}
mail-changed-you = Si cette demande vient de vous, vous n’avez rien à faire.
mail-changed-not-you = Si ce n’est pas le cas, contactez immédiatement { $brand } : une autre personne peut peut-être se connecter à votre compte sur { $sign_in_url }.
mail-changed-undo = Si ce n’est pas le cas, annulez la modification ici dans les 24 heures et contactez immédiatement { $brand } : une autre personne peut peut-être se connecter à votre compte sur { $sign_in_url }.

## Text messages. They are billed by length: a segment has 160 characters of GSM-7, or 70 with any
## other character.

# GSM-7 only: no ç ê â î ô û œ, no ’, no narrow space.
sms-code = { $purpose ->
    [step_up] { $minutes ->
        [one] { $code } est votre code de confirmation { $brand }. Valable { $minutes } minute.
       *[other] { $code } est votre code de confirmation { $brand }. Valable { $minutes } minutes.
    }
    [change_contact] { $minutes ->
        [one] { $code } est votre code { $brand } pour modifier vos coordonnées. Valable { $minutes } minute.
       *[other] { $code } est votre code { $brand } pour modifier vos coordonnées. Valable { $minutes } minutes.
    }
   *[sign_in] { $minutes ->
        [one] { $code } est votre code de connexion { $brand }. Valable { $minutes } minute.
       *[other] { $code } est votre code de connexion { $brand }. Valable { $minutes } minutes.
    }
}
sms-sign-in = { $has_device ->
    [yes] Connexion { $brand } via { $device }, { $time }. Pas vous ? Ouvrez { $host }
   *[no] Nouvelle connexion { $brand }, { $time }. Pas vous ? Ouvrez { $host }
}
# $way is a link, or "Open" and the site.
sms-changed = { $brand } : vos nouvelles coordonnées sont { $new_contact }. Pas vous ? { $way }
sms-open = Ouvrez { $host }
