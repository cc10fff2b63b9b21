## On every page

problem-heading = Hay un problema
error-title = Error: { $title }
skip-link = Ir al contenido principal
start-again = Ir a la página de inicio
one-moment = Un momento…
offline = No tiene conexión. Lo que ha escrito se conserva: inténtelo de nuevo cuando vuelva a estar en línea.
language-label = Idioma
help-contact = Ayuda
legal-privacy = Privacidad
legal-terms = Condiciones
legal-imprint = Aviso legal

## The request screen

request-heading = Inicie sesión en su cuenta
request-intro = Le enviaremos un código de acceso. No necesita contraseña.
contact-type-legend = ¿Cómo quiere recibir el código?
contact-type = { $kind ->
    [phone] SMS
   *[email] Correo electrónico
}
contact-label = { $kind ->
    [phone] Número de teléfono móvil
   *[email] Dirección de correo electrónico
}
contact-hint = { $kind ->
    [phone] Use el número que figura en su cuenta, por ejemplo { $example }. Si es de otro país, empiece por + y el prefijo del país.
   *[email] Use la dirección que figura en su cuenta.
}
contact-example = { $kind ->
    [phone] { $example }
   *[email] nombre@example.com
}
contact-suggestion = ¿Quería decir { $contact }?
remember-contact = Recordar este dato en mi dispositivo
remember-hint = No marque esta casilla si otras personas usan el dispositivo.
request-button = Enviar código
sending = Enviando…
email-quicker = En este momento, el correo electrónico es más rápido.
texts-known-only = En este momento, solo enviamos SMS si ya ha iniciado sesión antes con este navegador.
channel-down = { $kind ->
    [phone] En este momento no podemos enviar SMS.
   *[email] En este momento no podemos enviar correos electrónicos.
}
pending = Ha pedido un código para { $contact } a las { $time }.
pending-link = Introducir ese código
pending-label = Inicio de sesión en curso
contact-not-sent = No tiene conexión o la conexión ha fallado. Sus datos siguen en la casilla.
widget-hint = Con JavaScript activado, también puede superar esta comprobación e intentarlo de nuevo enseguida.
# A no-break space before the percent sign.
proving = Comprobando su navegador: { $percent } %
proving-started = Estamos comprobando su navegador. Tardará unos segundos.

## The verify screen

verify-heading = { $kind ->
    [phone] Consulte su teléfono
   *[email] Consulte su correo electrónico
}
code-sent-to = { $alphabet ->
    [letters] Si { $contact } figura en una cuenta, hemos enviado ahí un código de { $length } letras.
   *[digits] Si { $contact } figura en una cuenta, hemos enviado ahí un código de { $length } dígitos.
}
code-sent-to-other = { $kind ->
    [phone] Hemos enviado un código al número de teléfono móvil de su cuenta.
   *[email] Hemos enviado un código a la dirección de correo electrónico de su cuenta.
}
code-label = { $alphabet ->
    [letters] Código de { $length } letras
   *[digits] Código de { $length } dígitos
}
code-hint = Escríbalo, o pegue el código o el mensaje completo.
code-hint-interactive = Si lo pega o su teléfono lo rellena, lo comprobaremos al momento.
letters-hint = Solo tiene letras, sin números ni vocales. Puede escribirlas en mayúsculas o en minúsculas.
verify-button = Continuar
checking = Comprobando…
attempts = Intentos restantes: { $count }
works-until = El código es válido hasta las { $time }
five-minutes-left = Quedan 5 minutos para introducir el código.
one-minute-left = Queda 1 minuto para introducir el código.
thirty-seconds-left = Quedan 30 segundos para introducir el código.
help-heading = ¿No ha recibido el código?
resend-button = Enviar un código nuevo
resend-after = Podrá enviar un código nuevo a partir de las { $time }
resend-now = Ya puede enviar un código nuevo.
resend-used-up = Ya ha pedido todos los códigos de este inicio de sesión. Podrá pedir otro a partir de las { $time }.
switch-button = { $kind ->
    [phone] Enviarlo por SMS
   *[email] Enviarlo por correo electrónico
}
change-button = { $kind ->
    [phone] Usar otro número de teléfono móvil
   *[email] Usar otra dirección de correo electrónico
}
never-asked = Nunca le llamaremos ni le escribiremos para pedirle este código.
exhausted-heading = No puede iniciar sesión con este código
exhausted-button = Pedir un código nuevo
code-not-sent = No tiene conexión o la conexión ha fallado. Su código sigue en la casilla.

## The delivery status of the message

delivery-pending = { $kind ->
    [phone] Puede tardar un minuto.
   *[email] Puede tardar unos minutos. Mire también en la carpeta de spam.
}
delivery-sent = { $kind ->
    [phone] Enviado. Puede tardar un minuto.
   *[email] Enviado. Puede tardar unos minutos. Mire también en la carpeta de spam.
}
delivery-delivered = { $kind ->
    [phone] Ha llegado a su teléfono.
   *[email] Ha llegado. Mire también en la carpeta de spam.
}
delivery-overdue = { $kind ->
    [phone] ¿Sigue sin recibirlo? Compruebe el número y la cobertura, o pida un código nuevo.
   *[email] ¿Sigue sin recibirlo? Compruebe la dirección y la carpeta de spam, o pida un código nuevo.
}
failed-no-such-address = { $kind ->
    [phone] Este número no existe. Compruebe que esté bien escrito.
   *[email] Esta dirección de correo electrónico no existe. Compruebe que esté bien escrita.
}
failed-not-mobile = Este número parece de un teléfono fijo.
failed-blocked = { $kind ->
    [phone] Su teléfono o su operador bloquea nuestros mensajes.
   *[email] Su proveedor de correo electrónico ha rechazado nuestro mensaje.
}
failed-unreachable = { $kind ->
    [phone] Su teléfono está apagado o sin cobertura.
   *[email] Su buzón de correo está lleno o no funciona.
}
failed-country-not-allowed = No podemos enviar SMS a números de este país.
failed-sms-budget-spent = En este momento no podemos enviar SMS.
failed-other = No hemos podido entregar el mensaje.
way-on-switch = { $kind ->
    [phone] ¿Quiere recibir el código por SMS?
   *[email] ¿Quiere recibir el código por correo electrónico?
}
way-on-again = Pida un código nuevo o use otro dato de contacto.
way-on-different = Use otro dato de contacto.

## Errors of forms

error-contact-missing = Indique un dato de contacto.
error-contact-invalid = { $kind ->
    [phone] Escriba un número de teléfono móvil, por ejemplo { $example }.
   *[email] Escriba una dirección de correo electrónico con el formato correcto, por ejemplo nombre@example.com.
}
error-country-not-allowed = No podemos enviar SMS a números de este país. Elija el correo electrónico.
error-not-mobile = Este número parece de un teléfono fijo. ¿Quiere recibir el código por correo electrónico?
error-sms-budget-spent = En este momento no podemos enviar SMS a navegadores nuevos. Elija el correo electrónico.
error-customer-not-found = No hemos encontrado ningún cliente con este dato de contacto.
error-code-malformed = { $alphabet ->
    [letters] Introduzca las { $length } letras del código.
   *[digits] Introduzca un código válido de { $length } dígitos.
}
error-code-expired = El código ha caducado. Pida uno nuevo.
error-code-invalid = El código no es correcto. Intentos restantes: { $count }
error-code-exhausted = El código no es correcto. Intentos restantes: 0. Pida uno nuevo.
error-code-escalated = Este código ya no funciona. Alguien ha probado demasiados códigos incorrectos. Pida uno nuevo: tendrá letras en lugar de dígitos.
error-browser-limit = Ha hecho demasiados intentos. Podrá intentarlo de nuevo { $when }.
error-contact-limit = Ya hemos enviado varios códigos a ese dato de contacto. Podrá pedir el siguiente { $when }.
error-network-limit = Se han hecho demasiadas solicitudes desde su red. Podrá intentarlo de nuevo { $when }.
error-global-limit = Hay muchas personas pidiendo códigos. Podrá intentarlo de nuevo { $when }.
error-captcha-required = Se han pedido muchos códigos desde su red. Podrá pedir el siguiente { $when }.
error-cooldown = Podrá pedir otro código { $when }.
error-session-expired = La sesión ha caducado. Pida un código de nuevo.
error-malformed = No hemos podido leer los datos. Inténtelo de nuevo.
error-send-failed = No hemos podido enviar el código. Inténtelo de nuevo. Referencia: { $id }
error-unexpected = Ha ocurrido un error en nuestro sistema. Inténtelo de nuevo. Referencia: { $id }

in-seconds = { $count ->
    [one] dentro de { $count } segundo
   *[other] dentro de { $count } segundos
}
in-minutes = { $count ->
    [one] dentro de { $count } minuto
   *[other] dentro de { $count } minutos
}
in-hours = { $count ->
    [one] dentro de { $count } hora
   *[other] dentro de { $count } horas
}
in-days = { $count ->
    [one] dentro de { $count } día
   *[other] dentro de { $count } días
}

## Flash messages

notice-code-sent = Hemos enviado el código.
notice-code-resent = Hemos enviado el código. Los códigos anteriores de este inicio de sesión también son válidos hasta que caduquen.
notice-signed-in = Ha iniciado sesión.
notice-signed-out = Ha cerrado sesión.
notice-signed-out-everywhere = Se han cerrado todas sus sesiones.
notice-session-ended = Se ha cerrado esa sesión.
notice-contact-changed = Se ha cambiado su dato de contacto. Se han cerrado todas sus demás sesiones.
notice-contact-unchanged = Este ya es su dato de contacto.

## The account

account-heading = Su cuenta
account-name = Nombre
account-since = Cliente desde
logout-button = Cerrar sesión
signing-out = Cerrando sesión…
back-to-account = Volver a su cuenta

sessions-heading = Sus sesiones abiertas
sessions-text = Si no reconoce alguna, ciérrela.
this-browser = Este navegador
unknown-device = Un navegador desconocido
sign-out-there = Cerrar esa sesión
known-browsers-heading = Navegadores conocidos
known-browsers-text = Ha iniciado sesión con estos navegadores. «Cerrar todas las sesiones» los olvida todos menos este.
last-sign-in = Último inicio de sesión: { $time }
sign-out-everywhere = Cerrar todas las sesiones
session = { $has_place ->
    [yes] Conexión desde { $place }. Sesión iniciada el { $since }. Última actividad: { $ago }.
   *[no] Sesión iniciada el { $since }. Última actividad: { $ago }.
}
ago-now = ahora mismo
ago-minutes = { $count ->
    [one] hace { $count } minuto
   *[other] hace { $count } minutos
}
ago-hours = { $count ->
    [one] hace { $count } hora
   *[other] hace { $count } horas
}
ago-days = { $count ->
    [one] hace { $count } día
   *[other] hace { $count } días
}

contact-heading = Cambiar su dato de contacto
contact-text = Enviaremos un código al nuevo dato de contacto. Al usarlo, se cerrarán todas sus demás sesiones y avisaremos al dato de contacto anterior.
new-contact-label = { $kind ->
    [phone] Nuevo número de teléfono móvil
   *[email] Nueva dirección de correo electrónico
}
contact-now = El actual es { $contact }.
contact-none = Todavía no hay ninguno.
new-contact-sent-to = { $alphabet ->
    [letters] Si { $contact } puede ser su dato de contacto, hemos enviado ahí un código de { $length } letras.
   *[digits] Si { $contact } puede ser su dato de contacto, hemos enviado ahí un código de { $length } dígitos.
}

step-up-heading = Confirme su identidad
step-up-ask = Para esto necesitamos un código nuevo. Lo enviaremos a { $contact }.
step-up-sent = Hemos enviado un código a { $contact }.
step-up-none = Para esto necesitamos un código nuevo y, en este momento, no podemos enviárselo.

undo-heading = ¿Deshacer el cambio?
undo-changed = El dato de contacto de su cuenta se cambió de { $old } a { $new }. El botón restablece el anterior y cierra todas sus sesiones.
undo-added = Se añadió el dato de contacto { $new } a su cuenta. El botón lo elimina y cierra todas sus sesiones.
undo-all = El botón también deshace los demás cambios de sus datos de contacto de las últimas 24 horas.
undo-button = Deshacer el cambio
undo-calm = Si hizo usted el cambio, puede cerrar esta página.
undo-done-heading = El cambio se ha deshecho
undo-done-text = Su dato de contacto vuelve a ser el de antes y se han cerrado todas sus sesiones. Inicie sesión para ver dónde se ha usado su cuenta.
dead-undo-text = Tiene más de 24 horas o le falta una parte. Si no cambió usted su dato de contacto, póngase en contacto con nosotros.

## "This was not me"

not-me-heading = ¿No fue usted?
not-me-text = Alguien ha pedido un código de acceso para { $contact }. Si no fue usted, pulse el botón: el código dejará de funcionar y, durante 24 horas, los códigos para { $contact } solo se enviarán a navegadores en los que ya se haya iniciado sesión.
not-me-text-signed-in = Alguien que ha iniciado sesión en su cuenta ha pedido un código para { $contact }. Si no fue usted, pulse el botón: se cerrarán todas las sesiones, el código dejará de funcionar y, durante 24 horas, los códigos para { $contact } solo se enviarán a navegadores en los que se inicie sesión a partir de ese momento.
not-me-calm = Si fue usted, puede cerrar esta página. Nadie puede iniciar sesión sin el código.
not-me-button = No fui yo
not-me-done-heading = Hecho
not-me-done-text = El código ya no funciona. Durante 24 horas, los códigos para { $contact } solo se enviarán a navegadores en los que ya se haya iniciado sesión.
not-me-done-text-signed-out = Se han cerrado todas las sesiones de su cuenta. El código ya no funciona. Durante 24 horas, los códigos para { $contact } solo se enviarán a navegadores en los que ya se haya iniciado sesión.
dead-link-heading = Este enlace no funciona
dead-link-text = Es demasiado antiguo o le falta una parte. No tiene que hacer nada: los códigos dejan de funcionar por sí solos.

## Pages with one button, for actions that a link alone must not trigger

confirm-resend-heading = ¿Enviar un código nuevo?
confirm-resend-text = Solo enviamos un código cuando usted pulsa el botón.
confirm-resend-back = Volver a introducir el código
confirm-logout-heading = ¿Cerrar sesión?
confirm-logout-text = Necesitará un código nuevo para volver a iniciar sesión.

## Error pages

not-found-heading = Página no encontrada
not-found-text = Compruebe la dirección o empiece de nuevo desde la primera página.
cookies-blocked-heading = Su navegador bloquea las cookies
cookies-blocked-text = Un código solo funciona en el navegador que lo pidió, y lo reconocemos por una cookie. Permita las cookies de este sitio en los ajustes de su navegador y empiece de nuevo.
forbidden-heading = No hemos podido aceptarlo
forbidden-text = El formulario no procede de nuestra página. Empiece de nuevo desde la primera página.
misdirected-heading = Esta no es la dirección correcta
misdirected-text = Este sitio tiene otra dirección. Compruebe el enlace que le ha traído hasta aquí.
malformed-heading = No hemos podido leer los datos
too-large-heading = El formulario es demasiado largo
too-large-text = El formulario supera el tamaño que aceptamos. Inténtelo de nuevo.
not-allowed-heading = Eso no funciona aquí
not-allowed-text = Empiece de nuevo desde la primera página.
timeout-heading = Ha tardado demasiado
timeout-text = La conexión era demasiado lenta o se ha interrumpido. Inténtelo de nuevo.
unexpected-heading = Algo ha salido mal
maintenance-heading = Volvemos enseguida
maintenance-text = Estamos trabajando en nuestro sitio. Inténtelo de nuevo dentro de unos minutos.

## Phrases for messages and pages

device = { $browser ->
    [none] un navegador en { $system }
   *[other] { $browser } en { $system }
}
place = la red { $network }

## Emails. $known states what is known about the browser: "both" $device and $place, one of them, or
## "none".

# Spanish ends the greeting with a colon; the next line starts with a capital.
mail-hello = { $has_name ->
    [yes] Hola, { $name }:
   *[no] Hola:
}
mail-code-subject = { $purpose ->
    [step_up] Su código de { $brand } para confirmar su identidad ({ $time })
    [change_contact] Su código de { $brand } para cambiar su dato de contacto ({ $time })
   *[sign_in] Su código de acceso a { $brand } ({ $time })
}
mail-code-subject-with-code = { $purpose ->
    [step_up] { $code } es su código de { $brand } para confirmar su identidad
    [change_contact] { $code } es su código de { $brand } para cambiar su dato de contacto
   *[sign_in] { $code } es su código de acceso a { $brand }
}
mail-code-title = Código de { $brand }
mail-code-intro = { $purpose ->
    [step_up] Este es su código de { $brand } para confirmar su identidad:
    [change_contact] Este es su código de { $brand } para cambiar su dato de contacto:
   *[sign_in] Este es su código de acceso a { $brand }:
}
mail-code-use = { $minutes ->
    [one] Escríbalo o péguelo en la página donde lo ha pedido. Es válido durante { $minutes } minuto y solo se puede usar una vez.
   *[other] Escríbalo o péguelo en la página donde lo ha pedido. Es válido durante { $minutes } minutos y solo se puede usar una vez.
}
mail-code-asked = { $known ->
    [both] Código pedido a las { $time } con { $device }, desde { $place }.
    [device] Código pedido a las { $time } con { $device }.
    [place] Código pedido a las { $time } desde { $place }.
   *[none] Código pedido a las { $time }.
}
mail-code-not-you = Si no fue usted, avísenos aquí:
mail-code-not-you-link = Si no fue usted:
mail-code-never-asked = Nadie de { $brand } le pedirá nunca este código.

mail-sign-in-subject = Nuevo inicio de sesión en su cuenta de { $brand } ({ $time })
mail-sign-in-title = Nuevo inicio de sesión en su cuenta de { $brand }
mail-sign-in-what = { $known ->
    [both] Alguien ha iniciado sesión en su cuenta de { $brand } el { $time }, con { $device }, desde { $place }.
    [device] Alguien ha iniciado sesión en su cuenta de { $brand } el { $time }, con { $device }.
    [place] Alguien ha iniciado sesión en su cuenta de { $brand } el { $time }, desde { $place }.
   *[none] Alguien ha iniciado sesión en su cuenta de { $brand } el { $time }.
}
mail-sign-in-you = Si fue usted, no tiene que hacer nada.
mail-sign-in-not-you = Si no fue usted, inicie sesión en { $sign_in_url } y vuelva a cerrarla. Después, póngase en contacto con { $brand }: es posible que otra persona pueda leer sus mensajes.

mail-changed-subject = Se ha cambiado su dato de contacto de { $brand } ({ $time })
mail-changed-title = Se ha cambiado su dato de contacto de { $brand }
mail-changed-what = { $known ->
    [both] El dato de contacto de su cuenta de { $brand } se cambió a { $new_contact } el { $time }, con { $device }, desde { $place }. A partir de ahora, los códigos de acceso se enviarán ahí.
    [device] El dato de contacto de su cuenta de { $brand } se cambió a { $new_contact } el { $time }, con { $device }. A partir de ahora, los códigos de acceso se enviarán ahí.
    [place] El dato de contacto de su cuenta de { $brand } se cambió a { $new_contact } el { $time }, desde { $place }. A partir de ahora, los códigos de acceso se enviarán ahí.
   *[none] El dato de contacto de su cuenta de { $brand } se cambió a { $new_contact } el { $time }. A partir de ahora, los códigos de acceso se enviarán ahí.
}
mail-changed-you = Si pidió usted este cambio, no tiene que hacer nada.
mail-changed-not-you = Si no lo pidió usted, póngase en contacto con { $brand } de inmediato: es posible que otra persona pueda iniciar sesión en su cuenta en { $sign_in_url }.
mail-changed-undo = Si no lo pidió usted, deshágalo aquí en un plazo de 24 horas y póngase en contacto con { $brand } de inmediato: es posible que otra persona pueda iniciar sesión en su cuenta en { $sign_in_url }.

## Text messages. They are billed by length: a segment has 160 characters of GSM-7, or 70 with any
## other character.

# "clave" because GSM-7 has no ó, so neither "código" nor "sesión".
sms-code = { $purpose ->
    [step_up] { $minutes ->
        [one] { $code } es su clave de { $brand } para confirmar su identidad. Caduca en { $minutes } minuto.
       *[other] { $code } es su clave de { $brand } para confirmar su identidad. Caduca en { $minutes } minutos.
    }
    [change_contact] { $minutes ->
        [one] { $code } es su clave de { $brand } para cambiar de contacto. Caduca en { $minutes } minuto.
       *[other] { $code } es su clave de { $brand } para cambiar de contacto. Caduca en { $minutes } minutos.
    }
   *[sign_in] { $minutes ->
        [one] { $code } es su clave de acceso a { $brand }. Caduca en { $minutes } minuto.
       *[other] { $code } es su clave de acceso a { $brand }. Caduca en { $minutes } minutos.
    }
}
sms-sign-in = { $has_device ->
    [yes] { $brand }: acceso con { $device }, { $time }. ¿No fue usted? Abra { $host }
   *[no] { $brand }: nuevo acceso, { $time }. ¿No fue usted? Abra { $host }
}
sms-changed = { $brand }: su contacto ahora es { $new_contact }. ¿No fue usted? { $way }
sms-open = Abra { $host }
