//! The adapters as the settings describe them. Each is built here and nowhere else.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::error::StartError;
use crate::{
    server::{
        captcha::{self, Nothing, ProofOfWork, Provider, ProviderSettings},
        clock::{Clock, OffsetClock, SystemClock},
        config::{self, CaptchaKind, Dkim, EmailBackendName, Env, Settings, SmsBackendName},
        domain::Keyring,
        inbox::Inbox,
        localizer::{Facts, Localizer, Offer},
        ports::{Captcha, Messenger, receipts::Receivers},
        random::{Random, SystemRandom},
        transport::{
            ContactMessenger, Failover, Templates,
            carrier::Carrier,
            email::{self, Composer, Folder, Mail, Relay, SetupError, Signature},
            inbox::Recorded,
            sms::{self, Gateway, Gateways, Text},
            templates::Sender,
        },
    },
    shared::ContactType,
    ui::components::proof::ACTION,
};

/// The adapters of the program. Tests put others in their places.
pub struct Adapters {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Sentences, dates and times in each language.
    pub localizer: Localizer,
    /// What brings messages to customers.
    pub messenger: Arc<dyn Messenger>,
    /// Who reads the receipts of gateways.
    pub receipts: Arc<dyn Receivers>,
    /// Keeps the messages that were sent, for a developer to read. With PROD there is none.
    pub inbox: Option<Inbox>,
}

impl Adapters {
    /// The real ones.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn real(settings: &Settings) -> Result<Self, StartError> {
        Self::with_templates(settings, templates(settings)?)
    }

    /// The real ones, with message templates that are already built.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn with_templates(settings: &Settings, templates: Templates) -> Result<Self, StartError> {
        let clock = clock(settings);
        let localizer = templates.localizer().clone();
        let gateways = sms_gateways(settings, &clock)?;
        let (mut email, mut sms) = (
            email_carriers(settings, &clock)?,
            sms_carriers(settings, &gateways),
        );
        let inbox = (settings.server.env == Env::Dev).then(Inbox::default);
        if let Some(inbox) = &inbox {
            (email, sms) = (
                Recorded::all(email, inbox, &clock),
                Recorded::all(sms, inbox, &clock),
            );
        }
        let email = Failover::new(ContactType::Email, email, clock.clone());
        let sms = Failover::new(ContactType::Phone, sms, clock.clone());
        Ok(Self {
            clock,
            random: Arc::new(SystemRandom),
            localizer,
            messenger: Arc::new(ContactMessenger::new(templates, email, sms)),
            receipts: Arc::new(Gateways::new(gateways)),
            inbox,
        })
    }
}

/// The machine's clock, or the one that tests move.
#[must_use]
pub fn clock(settings: &Settings) -> Arc<dyn Clock> {
    match &settings.server.clock_offset_file {
        Some(file) => Arc::new(OffsetClock::new(file.clone())),
        None => Arc::new(SystemClock),
    }
}

/// Sentences, dates and times, as the settings say.
///
/// # Errors
/// [`StartError::Language`] and [`StartError::Settings`].
pub fn localizer(settings: &Settings) -> Result<Localizer, StartError> {
    let config::Languages {
        offered,
        default,
        directory,
    } = &settings.languages;
    let pseudo = settings.server.env == Env::Dev;
    let offer = Offer {
        languages: offered.clone(),
        default: *default,
        pseudo,
    };
    let facts = Facts {
        brand: settings.brand.name.clone(),
        phone_example: settings.sms.region()?.mobile_example(),
        zone: settings.brand.zone().unwrap_or(TimeZone::UTC),
    };
    Ok(Localizer::load(offer, facts, directory.as_deref())?)
}

/// The words of messages, as the settings say.
///
/// # Errors
/// [`StartError::Template`].
pub fn templates(settings: &Settings) -> Result<Templates, StartError> {
    let sender = Sender {
        brand: settings.brand.name.clone(),
        public_url: settings.brand.public_url.origin(),
        host: settings.brand.public_url.host().to_owned(),
        code_in_subject: settings.email.code_in_subject,
    };
    Ok(Templates::load(
        sender,
        localizer(settings)?,
        settings.templates.directory.as_deref(),
    )?)
}

/// What takes mails, as the settings say.
///
/// # Errors
/// [`StartError::Email`] and [`StartError::Settings`].
pub fn email_carriers(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<dyn Carrier<Mail>>>, StartError> {
    Ok(match settings.email.backend {
        EmailBackendName::Console => vec![Arc::new(email::Console)],
        EmailBackendName::File => vec![Arc::new(Folder::new(
            &settings.email.directory,
            composer(settings)?,
        )?)],
        EmailBackendName::Smtp => {
            let shared = |relay| -> Arc<dyn Carrier<Mail>> { Arc::new(relay) };
            email_relays(settings, clock)?
                .into_iter()
                .map(shared)
                .collect()
        }
    })
}

/// The mail relays, in their order.
///
/// # Errors
/// [`StartError::Email`] and [`StartError::Settings`].
pub fn email_relays(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Vec<Relay>, StartError> {
    let composer = composer(settings)?;
    let relay = |endpoint| Ok(Relay::new(endpoint, composer.clone(), clock.clone())?);
    settings.email.endpoints()?.into_iter().map(relay).collect()
}

fn composer(settings: &Settings) -> Result<Arc<Composer>, SetupError> {
    let signature = settings.email.dkim.clone().map(
        |Dkim {
             domain,
             selector,
             key_file,
         }| Signature {
            domain,
            selector,
            key_file,
        },
    );
    Composer::new(settings.email.from.clone(), signature).map(Arc::new)
}

/// What takes text messages, as the settings say.
#[must_use]
pub fn sms_carriers(settings: &Settings, gateways: &[Arc<Gateway>]) -> Vec<Arc<dyn Carrier<Text>>> {
    match settings.sms.backend {
        SmsBackendName::None => Vec::new(),
        SmsBackendName::Console => vec![Arc::new(sms::Console)],
        SmsBackendName::Gateways => gateways
            .iter()
            .cloned()
            .map(|gateway| -> Arc<dyn Carrier<Text>> { gateway })
            .collect(),
    }
}

/// The gateways for text messages in their order; none, if the settings say another backend.
///
/// # Errors
/// [`StartError::Sms`].
pub fn sms_gateways(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<Gateway>>, StartError> {
    match settings.sms.backend {
        SmsBackendName::Console | SmsBackendName::None => Ok(Vec::new()),
        SmsBackendName::Gateways => Ok(Gateway::all(
            &settings.sms,
            &settings.brand.public_url,
            clock,
        )?),
    }
}

/// What a network must pass beyond its soft limit.
pub(super) fn captcha(settings: &Settings, keys: &Keyring) -> Result<Arc<dyn Captcha>, StartError> {
    let config::Captcha {
        kind,
        difficulty,
        site_key,
        secret,
        endpoint,
    } = &settings.captcha;
    let kind = match kind {
        CaptchaKind::ProofOfWork => {
            return Ok(Arc::new(ProofOfWork::new(keys.clone(), *difficulty)));
        }
        CaptchaKind::None => return Ok(Arc::new(Nothing)),
        CaptchaKind::Turnstile => captcha::Kind::Turnstile,
        CaptchaKind::HCaptcha => captcha::Kind::HCaptcha,
    };
    Ok(Arc::new(Provider::new(ProviderSettings {
        kind,
        site_key: site_key.clone().unwrap_or_default(),
        secret: secret.clone().unwrap_or_default(),
        endpoint: endpoint.as_ref().map(|endpoint| endpoint.url().clone()),
        host: settings.brand.public_url.host().to_owned(),
        action: ACTION,
    })?))
}
