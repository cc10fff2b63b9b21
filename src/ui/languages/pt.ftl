## On every page

problem-heading = Há um problema
error-title = Erro: { $title }
skip-link = Ir para o conteúdo principal
start-again = Ir para a página inicial
one-moment = Um momento…
offline = Você está sem conexão. O que você digitou foi mantido: tente novamente quando a conexão voltar.
language-label = Idioma
help-contact = Ajuda
legal-privacy = Privacidade
legal-terms = Termos
legal-imprint = Aviso legal

## The request screen

request-heading = Entre na sua conta
request-intro = Enviaremos um código de acesso. Não é preciso ter senha.
contact-type-legend = Como você quer receber o código?
contact-type = { $kind ->
    [phone] SMS
   *[email] E-mail
}
contact-label = { $kind ->
    [phone] Número de celular
   *[email] Endereço de e-mail
}
contact-hint = { $kind ->
    [phone] Use o número da sua conta, por exemplo { $example }. Se for de outro país, comece com + e o prefixo do país.
   *[email] Use o endereço da sua conta.
}
contact-example = { $kind ->
    [phone] { $example }
   *[email] nome@example.com
}
contact-suggestion = Você quis dizer { $contact }?
remember-contact = Lembrar este contato no meu dispositivo
remember-hint = Não marque esta opção se outras pessoas usam o dispositivo.
request-button = Enviar código
sending = Enviando…
email-quicker = No momento, o e-mail é mais rápido.
texts-known-only = No momento, só enviamos SMS se você já entrou antes com este navegador.
channel-down = { $kind ->
    [phone] No momento, não conseguimos enviar SMS.
   *[email] No momento, não conseguimos enviar e-mails.
}
pending = Você pediu um código para { $contact } às { $time }.
pending-link = Digitar esse código
pending-label = Acesso em andamento
contact-not-sent = Você está sem conexão ou a conexão falhou. Seus dados continuam no campo.
widget-hint = Com o JavaScript ativado, você também pode passar por esta verificação e tentar novamente em seguida.
proving = Verificando seu navegador: { $percent }%
proving-started = Estamos verificando seu navegador. Isso leva alguns segundos.

## The verify screen

verify-heading = { $kind ->
    [phone] Confira seu celular
   *[email] Confira seu e-mail
}
code-sent-to = { $alphabet ->
    [letters] Se { $contact } estiver cadastrado em uma conta, enviamos para lá um código de { $length } letras.
   *[digits] Se { $contact } estiver cadastrado em uma conta, enviamos para lá um código de { $length } dígitos.
}
code-sent-to-other = { $kind ->
    [phone] Enviamos um código para o número de celular da sua conta.
   *[email] Enviamos um código para o endereço de e-mail da sua conta.
}
code-label = { $alphabet ->
    [letters] Código de { $length } letras
   *[digits] Código de { $length } dígitos
}
code-hint = Digite o código, ou cole o código ou a mensagem inteira.
code-hint-interactive = Se você colar o código ou o celular o preencher, ele será verificado na hora.
letters-hint = Ele só tem letras, sem números nem vogais. Tanto faz usar maiúsculas ou minúsculas.
verify-button = Continuar
checking = Verificando…
attempts = Tentativas restantes: { $count }
works-until = O código é válido até as { $time }
five-minutes-left = Faltam 5 minutos para digitar o código.
one-minute-left = Falta 1 minuto para digitar o código.
thirty-seconds-left = Faltam 30 segundos para digitar o código.
help-heading = Não recebeu o código?
resend-button = Enviar um novo código
resend-after = Você poderá enviar um novo código a partir das { $time }
resend-now = Você já pode enviar um novo código.
resend-used-up = Você já pediu todos os códigos deste acesso. Poderá pedir outro a partir das { $time }.
switch-button = { $kind ->
    [phone] Enviar por SMS
   *[email] Enviar por e-mail
}
change-button = { $kind ->
    [phone] Usar outro número de celular
   *[email] Usar outro endereço de e-mail
}
never-asked = Nunca vamos ligar nem escrever para pedir este código a você.
exhausted-heading = Não é possível entrar com este código
exhausted-button = Pedir um novo código
code-not-sent = Você está sem conexão ou a conexão falhou. Seu código continua no campo.

## The delivery status of the message

delivery-pending = { $kind ->
    [phone] Pode levar um minuto.
   *[email] Pode levar alguns minutos. Confira também a pasta de spam.
}
delivery-sent = { $kind ->
    [phone] Enviado. Pode levar um minuto.
   *[email] Enviado. Pode levar alguns minutos. Confira também a pasta de spam.
}
delivery-delivered = { $kind ->
    [phone] Chegou ao seu celular.
   *[email] Chegou. Confira também a pasta de spam.
}
delivery-overdue = { $kind ->
    [phone] Ainda não recebeu? Confira o número e o sinal, ou peça um novo código.
   *[email] Ainda não recebeu? Confira o endereço e a pasta de spam, ou peça um novo código.
}
failed-no-such-address = { $kind ->
    [phone] Este número não existe. Confira se está escrito corretamente.
   *[email] Este endereço de e-mail não existe. Confira se está escrito corretamente.
}
failed-not-mobile = Este número parece ser de um telefone fixo.
failed-blocked = { $kind ->
    [phone] Seu celular ou sua operadora está bloqueando nossas mensagens.
   *[email] Seu provedor de e-mail recusou nossa mensagem.
}
failed-unreachable = { $kind ->
    [phone] Seu celular está desligado ou sem sinal.
   *[email] Sua caixa de e-mail está cheia ou não está funcionando.
}
failed-country-not-allowed = Não podemos enviar SMS para números deste país.
failed-sms-budget-spent = No momento, não podemos enviar SMS.
failed-other = Não conseguimos entregar a mensagem.
way-on-switch = { $kind ->
    [phone] Quer receber o código por SMS?
   *[email] Quer receber o código por e-mail?
}
way-on-again = Peça um novo código ou use outro contato.
way-on-different = Use outro contato.

## Errors of forms

error-contact-missing = Informe um contato.
error-contact-invalid = { $kind ->
    [phone] Digite um número de celular, por exemplo { $example }.
   *[email] Digite um endereço de e-mail no formato correto, por exemplo nome@example.com.
}
error-country-not-allowed = Não podemos enviar SMS para números deste país. Escolha o e-mail.
error-not-mobile = Este número parece ser de um telefone fixo. Quer receber o código por e-mail?
error-sms-budget-spent = No momento, não podemos enviar SMS para navegadores novos. Escolha o e-mail.
error-customer-not-found = Não encontramos nenhum cliente com este contato.
error-code-malformed = { $alphabet ->
    [letters] Digite as { $length } letras do código.
   *[digits] Digite um código válido de { $length } dígitos.
}
error-code-expired = O código expirou. Peça um novo.
error-code-invalid = Código incorreto. Tentativas restantes: { $count }
error-code-exhausted = Código incorreto. Tentativas restantes: 0. Peça um novo.
error-code-escalated = Este código não funciona mais. Alguém tentou códigos errados demais. Peça um novo: ele terá letras em vez de números.
error-browser-limit = Foram tentativas demais. Você poderá tentar novamente { $when }.
error-contact-limit = Já enviamos vários códigos para esse contato. Você poderá pedir o próximo { $when }.
error-network-limit = Houve solicitações demais a partir da sua rede. Você poderá tentar novamente { $when }.
error-global-limit = Muitas pessoas estão pedindo códigos. Você poderá tentar novamente { $when }.
error-captcha-required = Muitos códigos foram pedidos a partir da sua rede. Você poderá pedir o próximo { $when }.
error-cooldown = Você poderá pedir outro código { $when }.
error-session-expired = A sessão expirou. Peça um código novamente.
error-malformed = Não conseguimos ler os dados. Tente novamente.
error-send-failed = Não conseguimos enviar o código. Tente novamente. Referência: { $id }
error-unexpected = Ocorreu um erro no nosso sistema. Tente novamente. Referência: { $id }

in-seconds = { $count ->
    [one] daqui a { $count } segundo
   *[other] daqui a { $count } segundos
}
in-minutes = { $count ->
    [one] daqui a { $count } minuto
   *[other] daqui a { $count } minutos
}
in-hours = { $count ->
    [one] daqui a { $count } hora
   *[other] daqui a { $count } horas
}
in-days = { $count ->
    [one] daqui a { $count } dia
   *[other] daqui a { $count } dias
}

## Flash messages

notice-code-sent = Enviamos o código.
notice-code-resent = Enviamos o código. Os códigos anteriores deste acesso também valem até expirarem.
notice-signed-in = Você entrou na sua conta.
notice-signed-out = Você saiu da sua conta.
notice-signed-out-everywhere = Todas as suas sessões foram encerradas.
notice-session-ended = Essa sessão foi encerrada.
notice-contact-changed = Seu contato foi alterado. Todas as suas outras sessões foram encerradas.
notice-contact-unchanged = Este já é o seu contato.

## The account

account-heading = Sua conta
account-name = Nome
account-since = Cliente desde
logout-button = Sair
signing-out = Saindo…
back-to-account = Voltar para sua conta

sessions-heading = Suas sessões abertas
sessions-text = Se não reconhecer alguma delas, encerre essa sessão.
this-browser = Este navegador
unknown-device = Um navegador desconhecido
sign-out-there = Encerrar essa sessão
known-browsers-heading = Navegadores conhecidos
known-browsers-text = Você já entrou com estes navegadores. “Encerrar todas as sessões” esquece todos, menos este.
last-sign-in = Último acesso: { $time }
sign-out-everywhere = Encerrar todas as sessões
session = { $has_place ->
    [yes] Conexão pela { $place }. Sessão iniciada em { $since }. Última atividade: { $ago }.
   *[no] Sessão iniciada em { $since }. Última atividade: { $ago }.
}
ago-now = agora mesmo
ago-minutes = { $count ->
    [one] há { $count } minuto
   *[other] há { $count } minutos
}
ago-hours = { $count ->
    [one] há { $count } hora
   *[other] há { $count } horas
}
ago-days = { $count ->
    [one] há { $count } dia
   *[other] há { $count } dias
}

contact-heading = Alterar seu contato
contact-text = Enviaremos um código para o novo contato. Ao usá-lo, todas as suas outras sessões serão encerradas e avisaremos o contato anterior.
new-contact-label = { $kind ->
    [phone] Novo número de celular
   *[email] Novo endereço de e-mail
}
contact-now = O atual é { $contact }.
contact-none = Ainda não há nenhum.
new-contact-sent-to = { $alphabet ->
    [letters] Se { $contact } puder ser o seu contato, enviamos para lá um código de { $length } letras.
   *[digits] Se { $contact } puder ser o seu contato, enviamos para lá um código de { $length } dígitos.
}

step-up-heading = Confirme sua identidade
step-up-ask = Para isso, precisamos de um novo código. Ele será enviado para { $contact }.
step-up-sent = Enviamos um código para { $contact }.
step-up-none = Para isso, precisamos de um novo código e, no momento, não podemos enviá-lo.

undo-heading = Desfazer a alteração?
undo-changed = O contato da sua conta foi alterado de { $old } para { $new }. O botão restaura o anterior e encerra todas as suas sessões.
undo-added = O contato { $new } foi adicionado à sua conta. O botão o remove e encerra todas as suas sessões.
undo-all = O botão também desfaz as outras alterações dos seus contatos nas últimas 24 horas.
undo-button = Desfazer a alteração
undo-calm = Se foi você que fez a alteração, pode fechar esta página.
undo-done-heading = A alteração foi desfeita
undo-done-text = Seu contato voltou a ser o de antes e todas as suas sessões foram encerradas. Entre novamente para ver onde sua conta foi usada.
dead-undo-text = Ele tem mais de 24 horas ou falta uma parte dele. Se você não alterou seu contato, fale conosco.

## "This was not me"

not-me-heading = Não foi você?
not-me-text = Alguém pediu um código de acesso para { $contact }. Se não foi você, pressione o botão: o código deixará de funcionar e, durante 24 horas, os códigos para { $contact } só serão enviados a navegadores já usados para entrar na conta.
not-me-text-signed-in = Alguém que entrou na sua conta pediu um código para { $contact }. Se não foi você, pressione o botão: todas as sessões serão encerradas, o código deixará de funcionar e, durante 24 horas, os códigos para { $contact } só serão enviados a navegadores usados para entrar na conta a partir desse momento.
not-me-calm = Se foi você, pode fechar esta página. Ninguém consegue entrar sem o código.
not-me-button = Não fui eu
not-me-done-heading = Pronto
not-me-done-text = O código não funciona mais. Durante 24 horas, os códigos para { $contact } só serão enviados a navegadores já usados para entrar na conta.
not-me-done-text-signed-out = Todas as sessões da sua conta foram encerradas. O código não funciona mais. Durante 24 horas, os códigos para { $contact } só serão enviados a navegadores já usados para entrar na conta.
dead-link-heading = Este link não funciona
dead-link-text = Ele é antigo demais ou falta uma parte dele. Você não precisa fazer nada: os códigos deixam de funcionar sozinhos.

## Pages with one button, for actions that a link alone must not trigger

confirm-resend-heading = Enviar um novo código?
confirm-resend-text = Só enviamos um código quando você pressiona o botão.
confirm-resend-back = Voltar para digitar o código
confirm-logout-heading = Sair da conta?
confirm-logout-text = Você precisará de um novo código para entrar novamente.

## Error pages

not-found-heading = Página não encontrada
not-found-text = Confira o endereço ou comece novamente pela primeira página.
cookies-blocked-heading = Seu navegador bloqueia cookies
cookies-blocked-text = Um código só funciona no navegador que o pediu, e é um cookie que nos permite reconhecê-lo. Permita cookies para este site nas configurações do navegador e comece novamente.
forbidden-heading = Não foi possível aceitar
forbidden-text = O formulário não veio da nossa página. Comece novamente pela primeira página.
misdirected-heading = Este não é o endereço correto
misdirected-text = Este site tem outro endereço. Confira o link que trouxe você até aqui.
malformed-heading = Não conseguimos ler os dados
too-large-heading = O formulário é longo demais
too-large-text = O formulário é maior do que aceitamos. Tente novamente.
not-allowed-heading = Isso não funciona aqui
not-allowed-text = Comece novamente pela primeira página.
timeout-heading = Demorou demais
timeout-text = A conexão estava lenta demais ou foi interrompida. Tente novamente.
unexpected-heading = Algo deu errado
maintenance-heading = Voltamos em breve
maintenance-text = Estamos trabalhando no nosso site. Tente novamente daqui a alguns minutos.

## Phrases for messages and pages

device = { $browser ->
    [none] um navegador no { $system }
   *[other] { $browser } no { $system }
}
# Without an article: it always follows "pela".
place = rede { $network }

## Emails. $known states what is known about the browser: "both" $device and $place, one of them, or
## "none".

# The next line starts with a capital in Portuguese.
mail-hello = { $has_name ->
    [yes] Olá, { $name },
   *[no] Olá,
}
mail-code-subject = { $purpose ->
    [step_up] Seu código { $brand } para confirmar sua identidade ({ $time })
    [change_contact] Seu código { $brand } para alterar seu contato ({ $time })
   *[sign_in] Seu código de acesso a { $brand } ({ $time })
}
mail-code-subject-with-code = { $purpose ->
    [step_up] { $code } é seu código { $brand } para confirmar sua identidade
    [change_contact] { $code } é seu código { $brand } para alterar seu contato
   *[sign_in] { $code } é seu código de acesso a { $brand }
}
mail-code-title = Código { $brand }
mail-code-intro = { $purpose ->
    [step_up] Este é o seu código { $brand } para confirmar sua identidade:
    [change_contact] Este é o seu código { $brand } para alterar seu contato:
   *[sign_in] Este é o seu código de acesso a { $brand }:
}
mail-code-use = { $minutes ->
    [one] Digite ou cole o código na página em que você o pediu. Ele é válido por { $minutes } minuto e só pode ser usado uma vez.
   *[other] Digite ou cole o código na página em que você o pediu. Ele é válido por { $minutes } minutos e só pode ser usado uma vez.
}
mail-code-asked = { $known ->
    [both] Pedido às { $time } via { $device }, pela { $place }.
    [device] Pedido às { $time } via { $device }.
    [place] Pedido às { $time } pela { $place }.
   *[none] Pedido às { $time }.
}
mail-code-not-you = Se não foi você, avise-nos aqui:
mail-code-not-you-link = Se não foi você:
mail-code-never-asked = Ninguém de { $brand } jamais pedirá este código a você.

mail-sign-in-subject = Novo acesso à sua conta { $brand } ({ $time })
mail-sign-in-title = Novo acesso à sua conta { $brand }
mail-sign-in-what = { $known ->
    [both] Alguém entrou na sua conta { $brand } em { $time }, via { $device }, pela { $place }.
    [device] Alguém entrou na sua conta { $brand } em { $time }, via { $device }.
    [place] Alguém entrou na sua conta { $brand } em { $time }, pela { $place }.
   *[none] Alguém entrou na sua conta { $brand } em { $time }.
}
mail-sign-in-you = Se foi você, não precisa fazer nada.
mail-sign-in-not-you = Se não foi você, acesse { $sign_in_url }, entre na conta e saia novamente. Depois, entre em contato com { $brand }: outra pessoa talvez consiga ler suas mensagens.

mail-changed-subject = Seu contato na conta { $brand } foi alterado ({ $time })
mail-changed-title = Seu contato na conta { $brand } foi alterado
mail-changed-what = { $known ->
    [both] O contato da sua conta { $brand } foi alterado para { $new_contact } em { $time }, via { $device }, pela { $place }. A partir de agora, os códigos de acesso serão enviados para lá.
    [device] O contato da sua conta { $brand } foi alterado para { $new_contact } em { $time }, via { $device }. A partir de agora, os códigos de acesso serão enviados para lá.
    [place] O contato da sua conta { $brand } foi alterado para { $new_contact } em { $time }, pela { $place }. A partir de agora, os códigos de acesso serão enviados para lá.
   *[none] O contato da sua conta { $brand } foi alterado para { $new_contact } em { $time }. A partir de agora, os códigos de acesso serão enviados para lá.
}
mail-changed-you = Se você pediu esta alteração, não precisa fazer nada.
mail-changed-not-you = Se não foi você, entre em contato com { $brand } imediatamente: outra pessoa talvez consiga entrar na sua conta em { $sign_in_url }.
mail-changed-undo = Se não foi você, desfaça a alteração aqui em até 24 horas e entre em contato com { $brand } imediatamente: outra pessoa talvez consiga entrar na sua conta em { $sign_in_url }.

## Text messages. They are billed by length: a segment has 160 characters of GSM-7, or 70 with any
## other character.

# Without a noun: GSM-7 has no ó for "código", and "senha" would be a password. "Desconhece?"
# because it has no ã and no ê.
sms-code = { $purpose ->
    [step_up] { $minutes ->
        [one] Use { $code } para confirmar sua identidade em { $brand }. Expira em { $minutes } minuto.
       *[other] Use { $code } para confirmar sua identidade em { $brand }. Expira em { $minutes } minutos.
    }
    [change_contact] { $minutes ->
        [one] Use { $code } para alterar seu contato em { $brand }. Expira em { $minutes } minuto.
       *[other] Use { $code } para alterar seu contato em { $brand }. Expira em { $minutes } minutos.
    }
   *[sign_in] { $minutes ->
        [one] Use { $code } para entrar em { $brand }. Expira em { $minutes } minuto.
       *[other] Use { $code } para entrar em { $brand }. Expira em { $minutes } minutos.
    }
}
sms-sign-in = { $has_device ->
    [yes] { $brand }: acesso via { $device }, { $time }. Desconhece? Abra { $host }
   *[no] { $brand }: novo acesso, { $time }. Desconhece? Abra { $host }
}
sms-changed = { $brand }: seu contato agora é { $new_contact }. Desconhece? { $way }
sms-open = Abra { $host }
