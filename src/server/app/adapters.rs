//! Builds the adapters that the settings describe. Each adapter is built only here.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::error::StartError;
use crate::{
    server::{
        captcha::{self, NoCaptcha, ProofOfWork, Provider, ProviderSettings},
        clock::{Clock, OffsetClock, SystemClock},
        config::{self, CaptchaKind, Dkim, EmailBackendName, Env, Settings, SmsBackendName},
        domain::Keyring,
        inbox::Inbox,
        localizer::{AvailableLanguages, Localizer, SiteInfo},
        ports::{CaptchaVerifier, Messenger, receipts::ReceiptVerifier},
        random::{Random, SystemRandom},
        transport::{
            ContactMessenger, Failover, Templates,
            email::{self, Composer, Folder, Mail, Relay, Sender, SetupError, Signature},
            failover::Transport,
            inbox::Recorded,
            sms::{self, Gateway, Gateways, TextMessage},
            templates::TemplateSettings,
        },
    },
    shared::ContactType,
    ui::components::proof::ACTION,
};

/// The adapters of the program. Tests replace them with their own.
pub struct Adapters {
    /// The source of the current time.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// Formats sentences, dates and times in each language.
    pub localizer: Localizer,
    /// Sends messages to customers.
    pub messenger: Arc<dyn Messenger>,
    /// Verifies and reads the receipts of gateways.
    pub receipts: Arc<dyn ReceiptVerifier>,
    /// Keeps sent messages for developers to read. `None` in PROD.
    pub inbox: Option<Inbox>,
}

impl Adapters {
    /// Builds the adapters that the settings describe.
    ///
    /// # Errors
    /// Returns [`StartError`] if an adapter cannot be set up.
    pub fn real(settings: &Settings) -> Result<Self, StartError> {
        Self::with_templates(settings, templates(settings)?)
    }

    /// Builds the adapters that the settings describe, with message templates that are already
    /// loaded.
    ///
    /// # Errors
    /// Returns [`StartError`] if an adapter cannot be set up.
    pub fn with_templates(settings: &Settings, templates: Templates) -> Result<Self, StartError> {
        let clock = clock(settings);
        let localizer = templates.localizer().clone();
        let gateways = sms_gateways(settings, &clock)?;
        let (mut email, mut sms) = (
            email_transports(settings, &clock)?,
            sms_transports(settings, &gateways),
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

/// Returns the system clock, or a clock that tests can move if the settings name an offset file.
#[must_use]
pub fn clock(settings: &Settings) -> Arc<dyn Clock> {
    match &settings.server.clock_offset_file {
        Some(file) => Arc::new(OffsetClock::new(file.clone())),
        None => Arc::new(SystemClock),
    }
}

/// Loads the localizer that the settings describe.
///
/// # Errors
/// Returns [`StartError::Language`] if the sentences of a language cannot be loaded, or
/// [`StartError::Settings`] if a setting is not valid.
pub fn localizer(settings: &Settings) -> Result<Localizer, StartError> {
    let config::Languages {
        offered,
        default,
        directory,
    } = &settings.languages;
    let pseudo = settings.server.env == Env::Dev;
    let languages = AvailableLanguages {
        languages: offered.clone(),
        default: *default,
        pseudo,
    };
    let site = SiteInfo {
        brand: settings.brand.name.clone(),
        phone_example: settings.sms.region()?.mobile_example(),
        zone: settings.brand.zone().unwrap_or(TimeZone::UTC),
    };
    Ok(Localizer::load(languages, site, directory.as_deref())?)
}

/// Loads the message templates that the settings describe.
///
/// # Errors
/// Returns [`StartError::Template`] if a template is not valid, or an error of [`localizer`].
pub fn templates(settings: &Settings) -> Result<Templates, StartError> {
    let sender = TemplateSettings {
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

/// Builds the email transports that the settings describe.
///
/// # Errors
/// Returns [`StartError::Email`] if a transport cannot be set up, or [`StartError::Settings`] if a
/// setting is not valid.
pub fn email_transports(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<dyn Transport<Mail>>>, StartError> {
    Ok(match settings.email.backend {
        EmailBackendName::Console => vec![Arc::new(email::Console)],
        EmailBackendName::File => vec![Arc::new(Folder::new(
            &settings.email.directory,
            composer(settings)?,
        )?)],
        EmailBackendName::Smtp => {
            let shared = |relay| -> Arc<dyn Transport<Mail>> { Arc::new(relay) };
            email_relays(settings, clock)?
                .into_iter()
                .map(shared)
                .collect()
        }
    })
}

/// Builds the mail relays, in the order of the settings.
///
/// # Errors
/// Returns [`StartError::Email`] if a transport cannot be set up, or [`StartError::Settings`] if a
/// setting is not valid.
pub fn email_relays(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Vec<Relay>, StartError> {
    let composer = composer(settings)?;
    let ehlo_name = settings.email.ehlo_name(&settings.brand.public_url);
    let relay = |endpoint| {
        Ok(Relay::new(
            endpoint,
            ehlo_name.clone(),
            composer.clone(),
            clock.clone(),
        )?)
    };
    settings.email.relays()?.into_iter().map(relay).collect()
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
    let sender = Sender {
        from: settings.email.from.clone(),
        reply_to: settings.email.reply_to.clone(),
        bounce_address: settings.email.bounce_address.clone(),
    };
    Composer::new(sender, signature).map(Arc::new)
}

/// Builds the transports for text messages that the settings describe.
#[must_use]
pub fn sms_transports(
    settings: &Settings,
    gateways: &[Arc<Gateway>],
) -> Vec<Arc<dyn Transport<TextMessage>>> {
    match settings.sms.backend {
        SmsBackendName::None => Vec::new(),
        SmsBackendName::Console => vec![Arc::new(sms::Console)],
        SmsBackendName::Gateways => gateways
            .iter()
            .cloned()
            .map(|gateway| -> Arc<dyn Transport<TextMessage>> { gateway })
            .collect(),
    }
}

/// Builds the gateways for text messages, in the order of the settings. Returns an empty list if
/// the settings choose another backend.
///
/// # Errors
/// Returns [`StartError::Sms`] if a gateway cannot be set up.
pub fn sms_gateways(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<Gateway>>, StartError> {
    match settings.sms.backend {
        SmsBackendName::Console | SmsBackendName::None => Ok(Vec::new()),
        SmsBackendName::Gateways => Ok(Gateway::from_settings(
            &settings.sms,
            &settings.brand.public_url,
            clock,
        )?),
    }
}

/// Builds the captcha that unknown devices must solve once their network exceeds its soft limit.
pub(super) fn captcha(
    settings: &Settings,
    keys: &Keyring,
) -> Result<Arc<dyn CaptchaVerifier>, StartError> {
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
        CaptchaKind::None => return Ok(Arc::new(NoCaptcha)),
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
