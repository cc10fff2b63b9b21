//! Why a relay has not taken a mail, for the log, for the next relay, and for the operator at
//! `doorcode email test`.

use std::io;

use lettre::transport::smtp::Error;
use rustls::CertificateError;

use super::reply::{Reply, Stage};
use crate::server::{domain::FailureReason, transport::carrier::CarrierError};

/// Why a relay has not taken a mail. It holds classes and codes, nothing that the relay wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No message could be made of the mail.
    #[error("the mail cannot be composed: {0}")]
    NotComposed(String),
    /// Its host has no address.
    #[error("its host name has no address")]
    NoAddress,
    /// None of its addresses takes a connection.
    #[error("it takes no connection ({0})")]
    NotReached(io::ErrorKind),
    /// It does not offer the TLS that it has to, or somebody in between has taken the offer away.
    #[error("it does not offer STARTTLS, so nothing was sent")]
    NoStartTls,
    /// Words before the encryption that count after it (RFC 3207 section 6): somebody in between
    /// wrote them.
    #[error("somebody wrote into the connection before it was encrypted, so nothing was sent")]
    Injected,
    /// It is not who it should be, or does not speak TLS.
    #[error("{0}, so nothing was sent")]
    NotTrusted(String),
    /// It offers no way to sign in that we know.
    #[error("it offers no way to sign in with a user name and password")]
    NoSignIn,
    /// The connection ended, or what came was no answer.
    #[error("the connection was lost at {0}")]
    Lost(Stage),
    /// It said no.
    #[error("it answered {1} to {0}")]
    Reply(Stage, Reply),
}

impl Failure {
    /// The failure that an error of the mail library is.
    pub(super) fn at(stage: Stage, error: &Error) -> Self {
        Reply::of(error).map_or(Self::Lost(stage), |reply| Self::Reply(stage, reply))
    }

    /// The failure that an error of the TLS handshake is.
    pub(super) fn of_handshake(error: &io::Error) -> Self {
        let cause = error
            .get_ref()
            .and_then(|cause| cause.downcast_ref::<rustls::Error>());
        cause.map_or(Self::Lost(Stage::Handshake), |cause| {
            Self::NotTrusted(Self::tls_words(cause))
        })
    }

    /// What an error of TLS says of the other side, in words that continue "the relay: " or "the
    /// gateway: ".
    pub(in crate::server::transport) fn tls_words(error: &rustls::Error) -> String {
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
                // An authority that is only called like a trusted one signs with another key.
                UnknownIssuer | BadSignature => {
                    "its certificate is from an authority that is not trusted".to_owned()
                }
                // An authority's own certificate where a server's should be. The type of this error
                // is private to the TLS library, which passes on its name.
                Other(cause) if cause.to_string() == "CaUsedAsEndEntity" => {
                    "its certificate is self-signed (an authority's own, not a server's)".to_owned()
                }
                other => format!("its certificate is not good ({other})"),
            },
            rustls::Error::InvalidMessage(_) => "it does not speak TLS where it should".to_owned(),
            other => format!("TLS with it fails ({other})"),
        }
    }

    /// Whether the connection is of no more use.
    pub(super) const fn ends_connection(&self) -> bool {
        matches!(
            self,
            Self::Lost(_)
                | Self::Reply(
                    _,
                    Reply {
                        code: Reply::CLOSING,
                        ..
                    }
                )
        )
    }

    /// Whether the relay certainly has not got the mail: not one byte of it had been sent.
    pub(super) const fn is_before_content(&self) -> bool {
        !matches!(
            self,
            Self::Lost(Stage::Content) | Self::Reply(Stage::Content, _)
        )
    }

    /// What the operator can do about it, in a sentence.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NotComposed(_) => "Check email.from.",
            Self::NoAddress => "Check the host in the relay's url, and this machine's DNS.",
            Self::NotReached(_) => {
                "Check host and port, and that no firewall keeps this machine from connecting; many clouds block port 25."
            }
            Self::NoStartTls | Self::Reply(Stage::StartTls, _) => {
                "Use the port for TLS from the first byte (smtps://, 465), or have the relay offer STARTTLS."
            }
            Self::Injected => {
                "Somebody on the way to the relay tampers with the connection; use smtps:// or another network."
            }
            Self::NotTrusted(_) => {
                "Use the host name that the certificate is for, have it renewed, or name the authority in ca_file; smtps:// is \
                 for TLS from the first byte (465), smtp:// for STARTTLS (587)."
            }
            Self::NoSignIn => "Check the port: relays take customers' mails at 465 or 587.",
            Self::Lost(_) => "Try again; if it stays, check the port and the relay's own log.",
            Self::Reply(_, Reply { code: 400..500, .. }) => {
                "The relay is busy or over a limit; try again later."
            }
            Self::Reply(Stage::Greeting, _) => {
                "The relay does not want this machine's address; ask who runs it."
            }
            Self::Reply(Stage::SignIn, _)
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
                "The relay does not take mails from email.from; have that address or domain verified."
            }
            Self::Reply(Stage::Recipient, _) => {
                "Check the address after --to, and that this user may send to it."
            }
            Self::Reply(..) => {
                "The relay refuses what the mail says or whom it is from; its own log says more."
            }
        }
    }
}

impl From<Failure> for CarrierError {
    fn from(failure: Failure) -> Self {
        let why = failure.to_string();
        match failure {
            Failure::NotComposed(_) => Self::Refused {
                why,
                reason: FailureReason::Other,
            },
            Failure::NoAddress | Failure::NotReached(_) | Failure::Lost(_) => {
                Self::unavailable(why)
            }
            Failure::NoStartTls
            | Failure::Injected
            | Failure::NotTrusted(_)
            | Failure::NoSignIn => Self::Misconfigured { why },
            Failure::Reply(stage, reply) => reply.class(stage, why),
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
    fn an_authority_that_serves_with_its_own_certificate_is_called_self_signed() {
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
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        let outcome =
            verifier
                .expect("a verifier")
                .verify_server_cert(own.der(), &[], &host, &[], now);
        let error = io::Error::new(
            io::ErrorKind::InvalidData,
            outcome.expect_err("no server's certificate"),
        );
        let words = "its certificate is self-signed (an authority's own, not a server's), so nothing was sent";
        assert_eq!(Failure::of_handshake(&error).to_string(), words);
    }
}
