//! The composition root: settings and adapters in, a running program out. The tests start the same thing.

use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::Handle;
use jiff::tz::TimeZone;
use leptos::prelude::LeptosOptions;
use sha2::{Digest, Sha256};
use tokio::{sync::watch, time};

use super::{
    captcha::{self, Nothing, ProofOfWork, Provider, ProviderSettings},
    clock::{Clock, OffsetClock, SystemClock},
    config::{self, CaptchaKind, Dkim, EmailBackendName, Env, Settings, SettingsError, SmsBackendName},
    delivery::{
        ContactMessenger, Failover, TemplateError, Templates,
        carrier::Carrier,
        email::{self, Composer, Folder, Mail, Relay, SetupError, Signature},
        inbox::Recorded,
        sms::{self, Gateway, Gateways, Text},
        templates::Sender,
        worker,
    },
    domain::{Keyring, SessionPolicy},
    http::{self, AppState, Edge, Streams, browser::ClientAddress, health, host::Hosts, listen, logo::Logo},
    inbox::Inbox,
    keys::{self, KeyError},
    localizer::{Facts, LanguageError, Localizer, Offer},
    random::{Random, SystemRandom},
    service::{Captcha, Messenger, Policy, Service, StoreError, ports::Removed},
    store::SqliteStore,
    telemetry,
};
use crate::{
    shared::{ContactType, routes},
    ui::{
        Brand, Site,
        components::proof::{ACTION, Asked, Widget, WidgetKind},
    },
};

/// How often the server cleans up.
const CLEANUP_EVERY: Duration = Duration::from_secs(600);
/// The name of the built files, as in Cargo.toml.
const OUTPUT_NAME: &str = "doorcode";
const PACKAGE: &str = "pkg";

/// What the program takes from outside besides its settings.
pub struct Adapters {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// What brings messages to customers.
    pub messenger: Arc<dyn Messenger>,
    /// Keeps what the messenger's carriers take, for a developer to read. With PROD there is none.
    pub inbox: Option<Inbox>,
}

/// Why the program did not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error("The database {url} cannot be opened: {cause}.")]
    Database {
        /// From the settings.
        url: String,
        /// The chain of causes.
        cause: String,
    },
    /// The email backend.
    #[error("The setting {0}.")]
    Email(#[from] SetupError),
    /// The gateways for text messages.
    #[error(transparent)]
    Sms(#[from] sms::SetupError),
    /// The check that is asked beyond a soft limit.
    #[error("The setting {0}.")]
    Captcha(#[from] captcha::SetupError),
    /// A message template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A sentence.
    #[error(transparent)]
    Language(#[from] LanguageError),
    /// The logo.
    #[error("The setting brand.logo cannot be used: {file}: {cause}.")]
    Logo {
        /// From the settings.
        file: String,
        /// What is wrong.
        cause: String,
    },
    /// An address to listen on.
    #[error("The server cannot listen on {address}: {cause}.")]
    Listen {
        /// From the settings.
        address: SocketAddr,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The metrics.
    #[error("The metrics cannot be started: {0}.")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

impl Adapters {
    /// The real ones.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn real(settings: &Settings) -> Result<Self, StartError> {
        let inbox = (settings.server.env == Env::Dev).then(Inbox::default);
        let messenger = messenger(settings, inbox.as_ref())?;
        Ok(Self { clock: clock(settings), random: Arc::new(SystemRandom), messenger, inbox })
    }
}

/// The use cases over the settings' database and keys, for the server and the command line alike.
///
/// # Errors
/// [`StartError`].
pub async fn service(settings: &Settings, adapters: Adapters) -> Result<Service, StartError> {
    let keys = keys::load(&settings.keys.files, settings.server.env, &*adapters.random)?;
    let store = SqliteStore::open(&settings.database.url, keys.clone()).await;
    let store = store.map_err(|error| database_error(settings, &error))?;
    let Adapters { clock, random, messenger, inbox: _ } = adapters;
    let captcha = captcha(settings, &keys)?;
    Ok(Service::new(Arc::new(store), messenger, captcha, clock, random, keys, policy(settings)?))
}

/// The program, ready to run.
pub struct Application {
    listener: TcpListener,
    address: SocketAddr,
    metrics: Option<TcpListener>,
    service: Service,
    router: Router,
    stop: watch::Sender<bool>,
}

impl Application {
    /// Builds the program and binds its sockets.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(settings: &Settings, adapters: Adapters) -> Result<Self, StartError> {
        // Rendering outside of leptos_axum's route list needs to be told which executor there is; told twice is fine.
        let _told = any_spawner::Executor::init_tokio();
        let inbox = adapters.inbox.clone();
        let service = service(settings, adapters).await?;
        service.settle_keys().await.map_err(|error| database_error(settings, &error))?;
        let logo = settings.brand.logo.as_deref().map(logo).transpose()?;
        let site = site(settings, logo.as_ref())?;
        let stop = watch::Sender::new(false);
        let state = AppState {
            service: service.clone(),
            edge: Arc::new(Edge {
                origin: settings.brand.public_url.origin(),
                https: settings.brand.public_url.is_https(),
                client_address: ClientAddress::new(settings.server.client_ip),
                hosts: Hosts::new(&settings.brand.public_url, settings.server.env),
                maintenance_file: settings.server.maintenance_file.clone(),
                asked: asked(settings),
                reload_port: is_watched(settings).then_some(site.options.reload_port),
            }),
            site: Arc::new(site),
            localizer: localizer(settings)?,
            receipts: Arc::new(Gateways::new(sms_gateways(settings)?)),
            streams: Streams::new(stop.subscribe()),
        };
        let (listener, address) = bind(settings.server.address)?;
        let metrics = settings.server.metrics_address.map(bind).transpose()?.map(|(listener, _)| listener);
        let router = http::router(state, &settings.server.site_root, logo, inbox);
        Ok(Self { listener, address, metrics, service, router, stop })
    }

    /// Where it listens; the system has chosen the port if the settings say 0.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The use cases.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// The whole site, for requests without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Serves, sends and cleans up until `stop` resolves; then finishes what is under way.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<(), StartError> {
        let handle = Handle::new();
        let stopped = self.stop.subscribe();
        let mut server =
            tokio::spawn(listen::serve(self.listener, self.router, handle.clone(), listen::HEADER_TIMEOUT));
        let sender = tokio::spawn(worker::run(self.service.clone(), stopped.clone()));
        let cleaner = tokio::spawn(clean_up(self.service, stopped));
        if let Some(listener) = self.metrics {
            let metrics = health::metrics(telemetry::start_metrics()?);
            tokio::spawn(listen::serve(listener, metrics, handle.clone(), listen::HEADER_TIMEOUT));
        }
        let ended = tokio::select! {
            () = stop => None,
            ended = &mut server => Some(ended),
        };
        tracing::info!("stopping");
        handle.graceful_shutdown(Some(listen::GRACE));
        let _nobody_listens = self.stop.send(true);
        for task in [cleaner, sender] {
            task.await.unwrap_or_else(|error| tracing::error!(%error, "a task ended badly"));
        }
        let ended = match ended {
            Some(ended) => ended,
            None => server.await,
        };
        match ended {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => Err(StartError::Listen { address: self.address, cause }),
            Err(error) => Err(StartError::Listen { address: self.address, cause: error.into() }),
        }
    }
}

async fn clean_up(service: Service, mut stop: watch::Receiver<bool>) {
    let mut ticks = time::interval(CLEANUP_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => match service.cleanup(Service::KEEP_EXPIRED).await {
                Ok(removed) => {
                    let Removed { otps, sessions, others } = removed;
                    tracing::info!(otps, sessions, others, "cleaned up");
                }
                Err(error) => telemetry::log_failure("cleaning up failed", &error),
            },
            _ = stop.changed() => return,
        }
    }
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let bound = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound().map_err(|cause| StartError::Listen { address, cause })
}

fn policy(settings: &Settings) -> Result<Policy, SettingsError> {
    let days = |days: u8| jiff::SignedDuration::from_hours(24 * i64::from(days));
    Ok(Policy {
        otp: settings.otp.policy(),
        limits: settings.limits.policy(),
        session: SessionPolicy {
            idle: days(settings.session.idle_days),
            absolute: days(settings.session.absolute_days),
        },
        region: settings.sms.region()?,
        sms: settings.sms.policy()?,
        new_sign_in_notice: settings.notices.new_sign_in,
        reveal_unknown_contacts: settings.reveal_unknown_contacts(),
    })
}

fn captcha(settings: &Settings, keys: &Keyring) -> Result<Arc<dyn Captcha>, StartError> {
    let config::Captcha { kind, difficulty, site_key, secret, endpoint } = &settings.captcha;
    let kind = match kind {
        CaptchaKind::ProofOfWork => return Ok(Arc::new(ProofOfWork::new(keys.clone(), *difficulty))),
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

/// The same for the pages.
fn asked(settings: &Settings) -> Asked {
    let widget = |kind| Asked::Widget(Widget { kind, site_key: settings.captcha.site_key.clone().unwrap_or_default() });
    match settings.captcha.kind {
        CaptchaKind::ProofOfWork => Asked::Work,
        CaptchaKind::None => Asked::Nothing,
        CaptchaKind::Turnstile => widget(WidgetKind::Turnstile),
        CaptchaKind::HCaptcha => widget(WidgetKind::HCaptcha),
    }
}

fn clock(settings: &Settings) -> Arc<dyn Clock> {
    match &settings.server.clock_offset_file {
        Some(file) => Arc::new(OffsetClock::new(file.clone())),
        None => Arc::new(SystemClock),
    }
}

fn messenger(settings: &Settings, inbox: Option<&Inbox>) -> Result<Arc<dyn Messenger>, StartError> {
    let (clock, mut email, mut sms) = (clock(settings), email_carriers(settings)?, sms_carriers(settings)?);
    if let Some(inbox) = inbox {
        (email, sms) = (Recorded::all(email, inbox, &clock), Recorded::all(sms, inbox, &clock));
    }
    let email = Failover::new(ContactType::Email, email, clock.clone());
    let sms = Failover::new(ContactType::Phone, sms, clock);
    Ok(Arc::new(ContactMessenger::new(templates(settings)?, email, sms)))
}

/// Sentences, dates and times, as the settings say.
///
/// # Errors
/// [`StartError::Language`] and [`StartError::Settings`].
pub fn localizer(settings: &Settings) -> Result<Localizer, StartError> {
    let config::Languages { offered, default, directory } = &settings.languages;
    let pseudo = settings.server.env == Env::Dev;
    let offer = Offer { languages: offered.clone(), default: *default, pseudo };
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
    Ok(Templates::load(sender, localizer(settings)?, settings.templates.directory.as_deref())?)
}

/// What takes mails, as the settings say.
///
/// # Errors
/// [`StartError::Email`] and [`StartError::Settings`].
pub fn email_carriers(settings: &Settings) -> Result<Vec<Arc<dyn Carrier<Mail>>>, StartError> {
    Ok(match settings.email.backend {
        EmailBackendName::Console => vec![Arc::new(email::Console)],
        EmailBackendName::File => vec![Arc::new(Folder::new(&settings.email.directory, composer(settings)?)?)],
        EmailBackendName::Smtp => {
            let shared = |relay| -> Arc<dyn Carrier<Mail>> { Arc::new(relay) };
            email_relays(settings)?.into_iter().map(shared).collect()
        }
    })
}

/// The mail relays, in their order.
///
/// # Errors
/// [`StartError::Email`] and [`StartError::Settings`].
pub fn email_relays(settings: &Settings) -> Result<Vec<Relay>, StartError> {
    let composer = composer(settings)?;
    let relay = |endpoint| Ok(Relay::new(endpoint, composer.clone(), clock(settings))?);
    settings.email.endpoints()?.into_iter().map(relay).collect()
}

fn composer(settings: &Settings) -> Result<Arc<Composer>, SetupError> {
    let signature =
        settings.email.dkim.clone().map(|Dkim { domain, selector, key_file }| Signature { domain, selector, key_file });
    Composer::new(settings.email.from.clone(), signature).map(Arc::new)
}

/// What takes text messages, as the settings say.
///
/// # Errors
/// [`StartError::Sms`].
pub fn sms_carriers(settings: &Settings) -> Result<Vec<Arc<dyn Carrier<Text>>>, StartError> {
    match settings.sms.backend {
        SmsBackendName::None => Ok(Vec::new()),
        SmsBackendName::Console => Ok(vec![Arc::new(sms::Console)]),
        SmsBackendName::Gateways => {
            let gateways = sms_gateways(settings)?.into_iter();
            Ok(gateways.map(|gateway| -> Arc<dyn Carrier<Text>> { gateway }).collect())
        }
    }
}

/// The gateways for text messages in their order; none, if the settings say another backend.
///
/// # Errors
/// [`StartError::Sms`].
pub fn sms_gateways(settings: &Settings) -> Result<Vec<Arc<Gateway>>, StartError> {
    match settings.sms.backend {
        SmsBackendName::Console | SmsBackendName::None => Ok(Vec::new()),
        SmsBackendName::Gateways => Ok(Gateway::all(&settings.sms, &settings.brand.public_url, &clock(settings))?),
    }
}

/// The kinds of images that a logo may be, by the ending of its file.
const IMAGES: [(&str, &str); 5] = [
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
];

fn logo(file: &Path) -> Result<Logo, StartError> {
    let wrong = |cause: String| StartError::Logo { file: file.display().to_string(), cause };
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let kind = IMAGES.iter().find_map(|(known, kind)| (*known == ending).then_some(*kind));
    let kind = kind.ok_or_else(|| wrong("it must be an SVG, PNG, WebP or JPEG file".to_owned()))?;
    let bytes = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    Ok(Logo { kind, bytes })
}

fn brand(settings: &config::Brand, logo: Option<&Logo>) -> Result<Brand, SettingsError> {
    let legal = [
        ("legal-privacy", &settings.privacy_url),
        ("legal-terms", &settings.terms_url),
        ("legal-imprint", &settings.imprint_url),
    ];
    let address = |address: &config::Address| address.0.clone();
    // A browser keeps a logo for as long as its address stays.
    let digest = |logo: &Logo| hex::encode(&Sha256::digest(&logo.bytes)[..6]);
    Ok(Brand {
        name: settings.name.clone(),
        logo: logo.map_or_else(|| "/favicon.svg".to_owned(), |logo| format!("{}?{}", routes::LOGO, digest(logo))),
        colours: settings.accent()?.map(|accent| accent.rules()),
        support: settings.support.as_ref().map(address),
        legal: legal.into_iter().filter_map(|(name, page)| Some((name, address(page.as_ref()?)))).collect(),
    })
}

fn site(settings: &Settings, logo: Option<&Logo>) -> Result<Site, SettingsError> {
    let hashes = beside_executable("hash.txt").and_then(|file| std::fs::read_to_string(file).ok());
    let hash = |kind: &str| {
        let line = hashes.as_deref()?.lines().find_map(|line| line.split_once(':').filter(|(name, _)| *name == kind));
        line.map(|(_, hash)| format!(".{}", hash.trim()))
    };
    let built = |kind: &str| format!("/{PACKAGE}/{OUTPUT_NAME}{}.{kind}", hash(kind).unwrap_or_default());
    let options = LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(settings.server.site_root.to_string_lossy().into_owned())
        .site_pkg_dir(PACKAGE)
        .hash_files(hashes.is_some())
        .build();
    Ok(Site {
        brand: brand(&settings.brand, logo)?,
        stylesheet: built("css"),
        script: built("js"),
        wasm: built("wasm"),
        languages: settings.languages.offered.clone(),
        options,
    })
}

#[expect(clippy::disallowed_methods, reason = "cargo-leptos tells it by the environment alone")]
fn is_watched(settings: &Settings) -> bool {
    settings.server.env == Env::Dev && std::env::var("LEPTOS_WATCH").is_ok()
}

/// The build writes the hashes of its files next to the program.
fn beside_executable(file: &str) -> Option<std::path::PathBuf> {
    std::env::current_exe().ok()?.parent().map(|folder: &Path| folder.join(file))
}

fn database_error(settings: &Settings, error: &StoreError) -> StartError {
    StartError::Database { url: settings.database.url.clone(), cause: telemetry::causes(error) }
}
