//! The composition root: builds the program from settings and adapters, and runs it. Tests start
//! the program in the same way.

mod adapters;
mod error;
mod exposure;
mod site;

use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::Handle;
use tokio::{sync::watch, time};

use super::{
    account::Account,
    codes::{Codes, Queue, SmsLevelCache},
    config::{self, Settings, SettingsError},
    delivery::{Sender, worker},
    domain::{Policy, SessionPolicy, WorkerId},
    http::{
        self, AppParts, AppState, HttpSettings, Streams, client_address::ClientAddress,
        flash::FlashSealer, health, hosts::Hosts, listen,
    },
    keys,
    operator::{KEEP_EXPIRED, Operator},
    ports::{StoreError, database::Removed},
    random::{self, Random},
    sign_in::SignIn,
    store::{
        SqliteStore,
        sqlite::{Rules, Schema},
    },
    telemetry,
    use_cases::UseCases,
};

pub use adapters::{
    Adapters, clock, email_relays, email_transports, localizer, sms_gateways, sms_transports,
    templates,
};
pub use error::StartError;
pub use exposure::{ExposedFile, exposed_data, exposed_keys};
pub use site::{check_site, is_watched};

/// How often the server deletes expired data.
const CLEANUP_EVERY: Duration = Duration::from_mins(10);

/// The maximum time that closing the database may take. What is not closed by then is recovered at
/// the next start.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the configured database with the configured keys and policy. The first key is created only
/// together with the database, and never in PROD.
///
/// # Errors
/// Returns [`StartError`] if a setting is not valid, a key file cannot be used or the database
/// cannot be opened.
pub async fn open_store(
    settings: &Settings,
    random: &dyn Random,
    schema: Schema,
) -> Result<SqliteStore, StartError> {
    SqliteStore::check_exists(&settings.database.url, schema)
        .map_err(|error| database_error(settings, &error))?;
    let creates_key = schema == Schema::Migrate && settings.server.env == config::Env::Dev;
    let keys = keys::load(&settings.keys.files, creates_key, random)?;
    let rules = Arc::new(Rules {
        policy: policy(settings)?,
        keys,
    });
    let store = SqliteStore::open(&settings.database.url, schema, rules).await;
    store.map_err(|error| database_error(settings, &error))
}

/// Builds the use cases on an open database, for both the server and the command line.
///
/// # Errors
/// Returns [`StartError`] if the captcha cannot be set up.
pub fn use_cases(
    settings: &Settings,
    store: SqliteStore,
    adapters: &Adapters,
) -> Result<UseCases, StartError> {
    let (policy, keys) = (
        Arc::new(store.rules().policy.clone()),
        store.rules().keys.clone(),
    );
    let store = Arc::new(store);
    let owner = WorkerId(i64::from_be_bytes(random::bytes(&*adapters.random)));
    let queue = Arc::new(Queue::new(owner));
    let sms_level = Arc::new(SmsLevelCache::default());
    let codes = Arc::new(Codes {
        otps: store.clone(),
        limits: store.clone(),
        captcha: adapters::captcha(settings, &keys)?,
        clock: adapters.clock.clone(),
        random: adapters.random.clone(),
        keys: keys.clone(),
        policy: policy.clone(),
        queue: queue.clone(),
        sms_level: sms_level.clone(),
    });
    Ok(UseCases {
        sign_in: SignIn {
            codes: codes.clone(),
            sessions: store.clone(),
            customers: store.clone(),
            outbox: store.clone(),
            messenger: adapters.messenger.clone(),
        },
        account: Account {
            codes: codes.clone(),
            sessions: store.clone(),
            customers: store.clone(),
        },
        delivery: Sender {
            outbox: store.clone(),
            limits: store.clone(),
            messenger: adapters.messenger.clone(),
            clock: adapters.clock.clone(),
            keys,
            policy,
            queue,
            sms_level,
        },
        operator: Operator {
            codes,
            customers: store.clone(),
            outbox: store.clone(),
            history: store.clone(),
            database: store,
            last_check: Arc::default(),
        },
    })
}

/// The program, ready to run.
pub struct Application {
    listener: TcpListener,
    address: SocketAddr,
    metrics: Option<TcpListener>,
    use_cases: UseCases,
    router: Router,
    stop: watch::Sender<bool>,
}

impl Application {
    /// Builds the program on an open database and binds its sockets.
    ///
    /// # Errors
    /// Returns [`StartError`] if a setting is not valid, the database fails or a socket cannot be
    /// bound.
    pub async fn build(
        settings: &Settings,
        store: SqliteStore,
        adapters: Adapters,
    ) -> Result<Self, StartError> {
        // Rendering outside of leptos_axum's route list needs an executor. An error only means that
        // an executor is already set.
        let _already_set = any_spawner::Executor::init_tokio();
        let use_cases = use_cases(settings, store, &adapters)?;
        let UseCases {
            sign_in,
            account,
            delivery,
            operator,
        } = use_cases.clone();
        operator
            .revoke_unknown_keys()
            .await
            .map_err(|error| database_error(settings, &error))?;
        let logo = settings.brand.logo.as_deref().map(site::logo).transpose()?;
        let site = site::site(settings, logo.as_ref())?;
        let stop = watch::Sender::new(false);
        let state = AppState::from(AppParts {
            flash: FlashSealer::new(
                sign_in.codes.keys.clone(),
                adapters.clock.clone(),
                adapters.random.clone(),
            ),
            sign_in,
            account,
            delivery,
            operator,
            http: HttpSettings {
                origin: settings.brand.public_url.origin(),
                https: settings.brand.public_url.is_https(),
                hsts_include_subdomains: settings.server.hsts_include_subdomains,
                client_address: ClientAddress::new(settings.server.client_ip),
                hosts: Hosts::new(&settings.brand.public_url, settings.server.env),
                maintenance_file: settings.server.maintenance_file.clone(),
                challenge: site::challenge(settings),
                // Pages reload after every build.
                reload_port: (settings.server.env == config::Env::Dev && site::is_watched())
                    .then_some(site.options.reload_port),
            },
            site: Arc::new(site),
            localizer: adapters.localizer,
            receipts: adapters.receipts,
            streams: Streams::new(stop.subscribe()),
        });
        let (listener, address) = bind(settings.server.address)?;
        let metrics = settings
            .server
            .metrics_address
            .map(bind)
            .transpose()?
            .map(|(listener, _)| listener);
        let router = http::router(state, &settings.server.site_root, logo, adapters.inbox);
        Ok(Self {
            listener,
            address,
            metrics,
            use_cases,
            router,
            stop,
        })
    }

    /// Returns the address that the server listens on. If the settings say port 0, the operating
    /// system has chosen the port.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the use cases, to call them directly.
    #[must_use]
    pub const fn use_cases(&self) -> &UseCases {
        &self.use_cases
    }

    /// Returns the router of the whole site, to handle requests without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Serves the site, sends messages and deletes expired data until `stop` resolves. Then
    /// finishes the requests and messages in progress, within a grace period, and closes the
    /// database.
    ///
    /// # Errors
    /// Returns [`StartError`] if the server fails to listen or the metrics recorder cannot be
    /// installed.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<(), StartError> {
        let handle = Handle::new();
        let stopped = self.stop.subscribe();
        let mut server = tokio::spawn(listen::serve(
            self.listener,
            self.router,
            handle.clone(),
            listen::HEADER_TIMEOUT,
        ));
        let UseCases {
            delivery, operator, ..
        } = self.use_cases;
        let sender = tokio::spawn(worker::run(delivery, operator.clone(), stopped.clone()));
        let cleaner = tokio::spawn(clean_up(operator.clone(), stopped));
        if let Some(listener) = self.metrics {
            let metrics = health::metrics(telemetry::start_metrics()?);
            tokio::spawn(listen::serve(
                listener,
                metrics,
                handle.clone(),
                listen::HEADER_TIMEOUT,
            ));
        }
        let ended = tokio::select! {
            () = stop => None,
            ended = &mut server => Some(ended),
        };
        tracing::info!("stopping");
        handle.graceful_shutdown(Some(listen::GRACE));
        self.stop.send_replace(true);
        for task in [cleaner, sender] {
            task.await
                .unwrap_or_else(|error| tracing::error!(%error, "a background task panicked"));
        }
        let ended = match ended {
            Some(ended) => ended,
            None => server.await,
        };
        close(&operator).await;
        match ended {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => Err(StartError::Listen {
                address: self.address,
                cause,
            }),
            Err(error) => Err(StartError::Listen {
                address: self.address,
                cause: error.into(),
            }),
        }
    }
}

/// Closes the database, so that its file contains everything and no log is left beside it.
pub async fn close(operator: &Operator) {
    let closed = time::timeout(CLOSE_TIMEOUT, operator.close_database()).await;
    if closed.is_err() {
        tracing::warn!("the database was not closed in time; the next start recovers it");
    }
}

async fn clean_up(operator: Operator, mut stop: watch::Receiver<bool>) {
    let mut ticks = time::interval(CLEANUP_EVERY);
    loop {
        let cleaned_up = async {
            ticks.tick().await;
            operator.cleanup(KEEP_EXPIRED).await
        };
        tokio::select! {
            cleaned_up = cleaned_up => match cleaned_up {
                Ok(Removed { otps, sessions, others }) => tracing::info!(otps, sessions, others, "cleaned up"),
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

fn database_error(settings: &Settings, error: &StoreError) -> StartError {
    StartError::Database {
        url: settings.database.url.clone(),
        cause: telemetry::causes(error),
    }
}
