//! Access tokens for relays that accept OAuth instead of a password.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::{SetupError, SmtpError};
use crate::server::{https, relay::OAuth};

/// How long the token server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The time before its expiry from which a token is no longer used. It may still have to travel.
const MARGIN: SignedDuration = SignedDuration::from_mins(1);
/// The lifetime of a token whose server names none.
const DEFAULT_LIFETIME: u32 = 300;
/// The maximum length of an answer, in bytes. Tokens of Microsoft have about 2 KB.
const MAX_BYTES: usize = 64 * 1024;
/// The errors of a token server (RFC 6749 section 5.2). No other word of it is repeated.
const ERRORS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// Gets access tokens from a token server, and keeps the newest until it expires.
pub(super) struct TokenSource {
    settings: OAuth,
    client: Client,
    kept: Mutex<Option<Token>>,
}

struct Token {
    text: SecretString,
    use_until: Timestamp,
}

/// A successful answer of a token server (RFC 6749 section 5.1).
#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    expires_in: Option<u32>,
}

/// An error of a token server (RFC 6749 section 5.2).
#[derive(Deserialize)]
struct Refused {
    error: String,
}

impl TokenSource {
    /// Creates a source of tokens for a relay. The first email fetches the first token.
    ///
    /// # Errors
    /// Returns [`SetupError::TokenServer`] if TLS or the HTTP client cannot be set up.
    pub(super) fn new(relay: &str, settings: OAuth) -> Result<Self, SetupError> {
        let failed = |cause: String| SetupError::TokenServer {
            relay: relay.to_owned(),
            cause,
        };
        let tls = https::tls().map_err(|error| failed(error.to_string()))?;
        let client = https::client(tls).map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            settings,
            client,
            kept: Mutex::default(),
        })
    }

    /// Returns a token that is valid at `now`. Emails that are sent at the same time wait for the
    /// same token.
    ///
    /// # Errors
    /// Returns [`SmtpError::Token`] or [`SmtpError::TokenUnavailable`] if there is none.
    pub(super) async fn token(&self, now: Timestamp) -> Result<SecretString, SmtpError> {
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| now < token.use_until) {
            return Ok(token.text.clone());
        }
        let Granted {
            access_token,
            expires_in,
        } = self.fetch().await?;
        let lifetime = SignedDuration::from_secs(expires_in.unwrap_or(DEFAULT_LIFETIME).into());
        let use_until = now.saturating_add(lifetime - MARGIN);
        *kept = Some(Token {
            text: access_token.clone(),
            use_until: use_until.unwrap_or(now),
        });
        Ok(access_token)
    }

    /// Forgets the kept token, because the relay rejected it.
    pub(super) async fn forget(&self) {
        *self.kept.lock().await = None;
    }

    async fn fetch(&self) -> Result<Granted, SmtpError> {
        let request = self
            .client
            .post(self.settings.token_url.clone())
            .timeout(TIMEOUT)
            .form(&self.settings.form());
        let response = request.send().await.map_err(|error| no_answer(&error))?;
        let status = response.status();
        let body = body(response).await?;
        if status.is_success() {
            let problem = || SmtpError::Token("its answer has no access_token".to_owned());
            return serde_json::from_slice(&body).map_err(|_| problem());
        }
        let error = serde_json::from_slice::<Refused>(&body).ok();
        let error = error.and_then(|Refused { error }| ERRORS.into_iter().find(|it| **it == error));
        let cause = match error {
            Some(error) => format!("HTTP status {}, {error}", status.as_u16()),
            None => format!("HTTP status {}", status.as_u16()),
        };
        Err(if status.is_server_error() || status.as_u16() == 429 {
            SmtpError::TokenUnavailable(cause)
        } else {
            SmtpError::Token(cause)
        })
    }
}

impl OAuth {
    /// Returns the form that asks for a token: with a refresh token (RFC 6749 section 6) if there
    /// is one, otherwise for the client itself (section 4.4).
    fn form(&self) -> Vec<(&'static str, &str)> {
        let grant = match &self.refresh_token {
            Some(token) => vec![
                ("grant_type", "refresh_token"),
                ("refresh_token", token.expose_secret()),
            ],
            None => vec![("grant_type", "client_credentials")],
        };
        let client = [
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
            ("scope", self.scope.as_str()),
        ];
        let given = client.into_iter().filter(|(_, value)| !value.is_empty());
        grant.into_iter().chain(given).collect()
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, SmtpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BYTES {
            return Err(SmtpError::Token("its answer is too long".to_owned()));
        }
    }
    Ok(body)
}

/// Names only the class of a failure, because the library's own message contains the URL.
fn no_answer(error: &reqwest::Error) -> SmtpError {
    let cause = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    SmtpError::TokenUnavailable(cause.to_owned())
}
