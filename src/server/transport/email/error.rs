//! The reasons why a relay does not accept an email: for the log, for the choice of the next relay,
//! and for the operator who runs `doorcode email test`.

use std::io;

use lettre::transport::smtp::Error;
use rustls::CertificateError;

use super::reply;
use crate::server::{
    domain::{FailureReason, Reply, ReplyClass, Stage},
    transport::failover::TransportError,
};

/// The reason why a relay did not accept an email. It contains classes and codes, but no text of
/// the relay.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// The email could not be composed.
    #[error("the mail cannot be composed: {0}")]
    Compose(String),
    /// The host of the relay has no address.
    #[error("its host name has no address")]
    Resolve,
    /// No address of the host accepts a connection.
    #[error("it does not accept connections ({0})")]
    Connect(io::ErrorKind),
    /// The relay does not offer the required STARTTLS, or an attacker on the network removed the
    /// offer.
    #[error("it does not offer STARTTLS, so nothing was sent")]
    StartTlsUnavailable,
    /// Data arrived before encryption that would be read after it (RFC 3207 section 6). An attacker
    /// on the network injected it.
    #[error("data was injected before encryption, so nothing was sent")]
    StartTlsInjection,
    /// The certificate of the relay is not trusted, or the relay does not speak TLS.
    #[error("{0}, so nothing was sent")]
    Tls(String),
    /// The relay offers no authentication mechanism that the mail library supports.
    #[error("it offers no way to sign in with a user name and password")]
    AuthUnavailable,
    /// The relay accepts OAuth tokens, but no passwords.
    #[error("it offers no way to sign in with a user name and password, only OAuth (XOAUTH2)")]
    OAuthRequired,
    /// The token server refuses to give a token.
    #[error("there is no OAuth token for it ({0})")]
    Token(String),
    /// The token server is unreachable or busy.
    #[error("there is no OAuth token for it at the moment ({0})")]
    TokenUnavailable(String),
    /// The relay does not accept the token.
    #[error("it answered {0} to the OAuth token")]
    TokenRejected(Reply),
    /// The relay asks for more than the authentication mechanism has.
    #[error("it asks for more than a user name and a password at AUTH")]
    AuthDialogue,
    /// The connection ended, or the response was malformed.
    #[error("the connection was lost at {0}")]
    ConnectionLost(Stage),
    /// The relay did not respond within the limit of this stage.
    #[error("it did not answer in time at {0}")]
    Timeout(Stage),
    /// The relay responded with an error.
    #[error("it answered {1} to {0}")]
    Reply(Stage, Reply),
}

impl SmtpError {
    /// Converts an error of the mail library at a stage.
    pub(super) fn at(stage: Stage, error: &Error) -> Self {
        reply::of_error(error).map_or(Self::ConnectionLost(stage), |reply| {
            Self::Reply(stage, reply)
        })
    }

    /// Converts an error of the TLS handshake.
    pub(super) fn from_handshake(error: &io::Error) -> Self {
        let cause = error
            .get_ref()
            .and_then(|cause| cause.downcast_ref::<rustls::Error>());
        cause.map_or(Self::ConnectionLost(Stage::Handshake), |cause| {
            Self::Tls(Self::describe_tls_error(cause))
        })
    }

    /// Describes a TLS error in words that can follow "the relay: " or "the gateway: ".
    pub(in crate::server::transport) fn describe_tls_error(error: &rustls::Error) -> String {
        use CertificateError::{
            BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext,
            NotValidYet, NotValidYetContext, Other, UnknownIssuer,
        };
        match error {
            rustls::Error::InvalidCertificate(error) => match error {
                NotValidForName | NotValidForNameContext { .. } => {
                    "its certificate is for another host name".to_owned()
                }
                Expired | ExpiredContext { .. } => "its certificate has expired".to_owned(),
                NotValidYet | NotValidYetContext { .. } => {
                    "its certificate is not valid yet".to_owned()
                }
                // If the issuer has the name of a trusted authority but another key, the error is a
                // bad signature.
                UnknownIssuer | BadSignature => {
                    "its certificate is from an authority that is not trusted".to_owned()
                }
                // The server presents the certificate of an authority. The type of this error is
                // private to the TLS library, so only its name can be compared.
                Other(cause) if cause.to_string() == "CaUsedAsEndEntity" => {
                    "its certificate is self-signed (an authority's own, not a server's)".to_owned()
                }
                other => format!("its certificate is not valid ({other})"),
            },
            rustls::Error::InvalidMessage(_) => "it does not speak TLS on this port".to_owned(),
            other => format!("TLS fails ({other})"),
        }
    }

    /// Whether the connection cannot be used any more.
    pub(super) const fn ends_connection(&self) -> bool {
        matches!(
            self,
            Self::ConnectionLost(_)
                | Self::Timeout(_)
                | Self::Reply(
                    _,
                    Reply {
                        code: Reply::CLOSING,
                        ..
                    }
                )
        )
    }

    /// Whether the relay certainly does not have the email, because no byte of its content was
    /// sent.
    pub(super) const fn is_before_content(&self) -> bool {
        !self.leaves_outcome_unknown() && !matches!(self, Self::Reply(Stage::Content, _))
    }

    /// Whether the content was handed over and the final response did not come. The relay may have
    /// accepted the email.
    pub(super) const fn leaves_outcome_unknown(&self) -> bool {
        match self {
            Self::ConnectionLost(stage) | Self::Timeout(stage) => stage.may_have_accepted(),
            _ => false,
        }
    }

    /// The advice if the relay wants OAuth.
    const OAUTH: &'static str = "The server wants OAuth instead of a password, or passwords (SMTP AUTH) are switched off \
                                 for this mailbox. Set oauth_token_url and the other oauth settings of the relay, or have \
                                 passwords switched on.";

    /// Returns a sentence that says what the operator can do.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Compose(_) => "Check email.from.",
            Self::Resolve => "Check the host in the relay's url, and this machine's DNS.",
            Self::Connect(_) => {
                "Check host and port, and that no firewall keeps this machine from connecting; many clouds block port 25."
            }
            Self::StartTlsUnavailable | Self::Reply(Stage::StartTls, _) => {
                "Use the port for TLS from the first byte (smtps://, 465), or have the relay offer STARTTLS."
            }
            Self::StartTlsInjection => {
                "Somebody on the way to the relay tampers with the connection; use smtps:// or another network."
            }
            Self::Tls(_) => {
                "Use the host name that the certificate is for, have it renewed, or name the authority in ca_file; smtps:// is \
                 for TLS from the first byte (465), smtp:// for STARTTLS (587)."
            }
            Self::AuthUnavailable => {
                "Check the port: relays accept mail from clients on 465 or 587."
            }
            Self::Token(_) => {
                "Check oauth_token_url, oauth_client_id, oauth_client_secret and oauth_scope, and that the client has the permission to send mail."
            }
            Self::TokenUnavailable(_) => {
                "Check oauth_token_url, and that no firewall keeps this machine from connecting; otherwise try again later."
            }
            Self::TokenRejected(_) => {
                "Check that username is a mailbox for which the client may send (Exchange Online: a service principal with access to it), and oauth_scope."
            }
            Self::AuthDialogue => {
                "The relay and Doorcode do not understand each other at AUTH; use another relay, and report this with the relay's name."
            }
            Self::OAuthRequired => Self::OAUTH,
            Self::Reply(stage, reply) if wants_oauth(*stage, *reply) => Self::OAUTH,
            Self::Reply(stage, reply) if refuses_ehlo(*stage, *reply) => {
                "The relay rejects the name that Doorcode gives itself (EHLO); set email.ehlo_name to this server's host name in the DNS."
            }
            Self::ConnectionLost(_) => {
                "Try again; if it stays, check the port and the relay's own log."
            }
            Self::Timeout(Stage::Content) => {
                "The relay may have accepted the mail; look into the mailbox, and the relay's own log."
            }
            Self::Timeout(_) => "Check the port, and the relay's own log.",
            Self::Reply(_, Reply { code: 400..500, .. }) => {
                "The relay is busy or over a limit; try again later."
            }
            Self::Reply(Stage::Greeting, _) => {
                "The relay rejects this machine's address or its name (email.ehlo_name); ask its operator."
            }
            Self::Reply(Stage::Auth, _)
            | Self::Reply(
                _,
                Reply {
                    code: 530 | 534 | 535 | 538,
                    ..
                },
            ) => {
                "Check user name and password; Gmail wants an app password, Amazon SES its own SMTP password."
            }
            Self::Reply(Stage::Sender, _) => {
                "The relay does not accept mail from email.from; have that address or domain verified."
            }
            Self::Reply(stage, reply) if reply.class(*stage) == ReplyClass::Sender => {
                "The relay refuses the sender: check that email.from is verified, the user may send, and no quota is used up."
            }
            Self::Reply(Stage::Recipient, _) => {
                "Check the address after --to, and that this user may send to it."
            }
            Self::Reply(..) => {
                "The relay rejects the content or the sender of the mail; its own log says more."
            }
        }
    }
}

/// Whether the relay rejects the name in EHLO. Many relays do so only at a later command. The codes
/// are those for a name that is not valid or not fully qualified (RFC 5321 section 4.2.4, RFC 3463
/// section 3.6). As a greeting, 554 rejects the client's address instead (RFC 5321 section 3.1).
const fn refuses_ehlo(stage: Stage, reply: Reply) -> bool {
    match stage {
        Stage::Greeting => matches!(reply.code, 500..=504 | 550 | 553),
        Stage::Sender | Stage::Recipient | Stage::Data => {
            matches!((reply.code, reply.enhanced), (504, _) | (501, Some((5, 2))))
        }
        _ => false,
    }
}

/// Whether the relay rejects passwords as such: Exchange Online answers 535 5.7.139, and 504 means
/// that the relay does not take this mechanism (RFC 4954 section 4).
const fn wants_oauth(stage: Stage, reply: Reply) -> bool {
    matches!(stage, Stage::Auth) && (reply.code == 504 || matches!(reply.enhanced, Some((7, 139))))
}

impl From<SmtpError> for TransportError {
    fn from(failure: SmtpError) -> Self {
        let cause = failure.to_string();
        if failure.leaves_outcome_unknown() {
            return Self::OutcomeUnknown { cause };
        }
        match failure {
            SmtpError::Compose(_) => Self::Refused {
                cause,
                reason: FailureReason::Other,
            },
            SmtpError::Resolve
            | SmtpError::Connect(_)
            | SmtpError::TokenUnavailable(_)
            | SmtpError::TokenRejected(Reply { code: 400..500, .. }) => Self::unavailable(cause),
            SmtpError::ConnectionLost(stage) | SmtpError::Timeout(stage) => {
                reply::transport_error(stage.class_without_reply(), cause)
            }
            SmtpError::StartTlsUnavailable
            | SmtpError::StartTlsInjection
            | SmtpError::Tls(_)
            | SmtpError::AuthUnavailable
            | SmtpError::OAuthRequired
            | SmtpError::Token(_)
            | SmtpError::TokenRejected(_)
            | SmtpError::AuthDialogue => Self::Misconfigured { cause },
            SmtpError::Reply(stage, reply) => reply::transport_error(reply.class(stage), cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
    use rustls::{
        RootCertStore,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier},
        pki_types::{ServerName, UnixTime},
    };

    use super::*;

    #[test]
    fn authority_certificate_of_a_server_is_reported_as_self_signed() {
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = params
            .self_signed(&KeyPair::generate().expect("a key"))
            .expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(own.der().clone()).expect("an authority");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let host = ServerName::try_from("localhost").expect("a host");
        let now = UnixTime::since_unix_epoch(Duration::from_hours(500_000));
        let outcome =
            verifier
                .expect("a verifier")
                .verify_server_cert(own.der(), &[], &host, &[], now);
        let error = io::Error::new(
            io::ErrorKind::InvalidData,
            outcome.expect_err("no server's certificate"),
        );
        let expected = "its certificate is self-signed (an authority's own, not a server's), so nothing was sent";
        assert_eq!(SmtpError::from_handshake(&error).to_string(), expected);
    }
}
