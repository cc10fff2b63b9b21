//! Authentication with a user name and a password or an access token (RFC 4954). The mail library
//! answers the two challenges of LOGIN only if they have certain texts, and reads offers only in
//! their usual form.

use base64::prelude::{BASE64_STANDARD, Engine};
use lettre::transport::smtp::{
    authentication::{DEFAULT_MECHANISMS, Mechanism},
    client::AsyncSmtpConnection,
    commands::Ehlo,
    extension::ClientId,
    response::Response,
};
use secrecy::{ExposeSecret, SecretString};

use super::SmtpError;
use crate::server::{domain::Stage, relay::Credentials};

/// The code of a challenge.
const CHALLENGE: u16 = 334;

/// Authenticates with an access token (<https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>).
/// If the relay rejects the token, it first sends a challenge that describes the error.
pub(super) async fn authenticate_with_token(
    connection: &mut AsyncSmtpConnection,
    username: &str,
    token: &SecretString,
) -> Result<(), SmtpError> {
    let token = token.expose_secret();
    let response = format!("user={username}\x01auth=Bearer {token}\x01\x01");
    let command = format!("AUTH XOAUTH2 {}\r\n", BASE64_STANDARD.encode(response));
    let mut reply = send(connection, Stage::Auth, command).await;
    if reply.as_ref().is_ok_and(|reply| reply.has_code(CHALLENGE)) {
        reply = send(connection, Stage::Auth, "\r\n").await;
    }
    match reply {
        Ok(reply) if reply.has_code(CHALLENGE) => Err(SmtpError::AuthDialogue),
        Err(SmtpError::Reply(_, reply)) => Err(SmtpError::TokenRejected(reply)),
        other => other.map(drop),
    }
}

/// Authenticates with PLAIN (RFC 4616) if the relay offers it, otherwise with LOGIN, whose first
/// challenge asks for the user name and whose second one asks for the password, whatever they say
/// (draft-murchison-sasl-login section 2.2).
pub(super) async fn authenticate(
    connection: &mut AsyncSmtpConnection,
    ehlo_name: &ClientId,
    Credentials { username, password }: &Credentials,
) -> Result<(), SmtpError> {
    let password = password.expose_secret();
    let (command, answers) = if offers_plain(connection, ehlo_name).await? {
        // Some servers ignore the response in the command and ask for it.
        let response = BASE64_STANDARD.encode(format!("\0{username}\0{password}"));
        (format!("AUTH PLAIN {response}"), vec![response])
    } else {
        let answers = [username.as_str(), password].map(|answer| BASE64_STANDARD.encode(answer));
        ("AUTH LOGIN".to_owned(), answers.to_vec())
    };
    let mut reply = send(connection, Stage::Auth, format!("{command}\r\n")).await?;
    for answer in answers {
        if !reply.has_code(CHALLENGE) {
            break;
        }
        reply = send(connection, Stage::Auth, format!("{answer}\r\n")).await?;
    }
    if reply.has_code(CHALLENGE) {
        Err(SmtpError::AuthDialogue)
    } else {
        Ok(())
    }
}

/// Returns `true` if the relay offers PLAIN, and `false` if it offers only LOGIN.
async fn offers_plain(
    connection: &mut AsyncSmtpConnection,
    ehlo_name: &ClientId,
) -> Result<bool, SmtpError> {
    let known = connection
        .server_info()
        .get_auth_mechanism(DEFAULT_MECHANISMS);
    if let Some(mechanism) = known {
        return Ok(mechanism == Mechanism::Plain);
    }
    let reply = send(connection, Stage::Greeting, Ehlo::new(ehlo_name.clone())).await?;
    let offered: Vec<_> = mechanisms(&reply).collect();
    let offers = |name: &str| offered.iter().any(|other| other.eq_ignore_ascii_case(name));
    if offers("PLAIN") || offers("LOGIN") {
        Ok(offers("PLAIN"))
    } else if offers("XOAUTH2") || offers("OAUTHBEARER") {
        Err(SmtpError::OAuthRequired)
    } else {
        Err(SmtpError::AuthUnavailable)
    }
}

/// Returns the mechanisms that a reply to EHLO offers, in lower case and after `AUTH=` too, which
/// servers from before RFC 2554 write.
fn mechanisms(reply: &Response) -> impl Iterator<Item = &str> {
    let lists = reply.message().filter_map(|line| {
        let (keyword, list) = line.split_at_checked("AUTH".len())?;
        let is_list = keyword.eq_ignore_ascii_case("AUTH") && list.starts_with([' ', '=']);
        is_list.then_some(list)
    });
    lists.flat_map(|list| list.split([' ', '=']))
}

async fn send(
    connection: &mut AsyncSmtpConnection,
    stage: Stage,
    command: impl std::fmt::Display,
) -> Result<Response, SmtpError> {
    let reply = connection.command(command).await;
    reply.map_err(|error| SmtpError::at(stage, &error))
}
