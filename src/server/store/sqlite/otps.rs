//! Implements [`OtpStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Row;

use super::{
    batch::{Batch, Results, Statement},
    customers::customer_facts,
    rows,
    statements::{customers, devices, history, limits::Windows, otps, outbox, sessions},
    store::SqliteStore,
    writer::Transaction,
};
use crate::server::{
    domain::{
        Change, Customer, Decision, Event, KnownDevice, Origin, Otp, OtpId, OtpState, Policy,
        Purpose, Rule, TokenDigest, Usage,
        check_code::{self, CountResult, Rejection, VerifyRequest},
        customer_changes::NotMe,
        issue::revoke,
        request_code::{CodeRequest, RequestFacts, RequestPlan, RequestResult},
        resend_code::{CodeResend, ResendFacts, ResendRequest, ResendResult},
        sign_in::{SignInFacts, SignInRequest, SignedIn, use_otp},
    },
    ports::{
        OtpStore, StoreResult,
        otps::{OtpFilter, SignInRows},
    },
};

/// The queries that load [`RequestFacts`].
struct RequestStatements {
    session: Option<Statement>,
    customer: Statement,
    is_taken: Statement,
    devices: Option<Statement>,
    otps: Option<Statement>,
    suppressed: Statement,
    spent: Statement,
    numbers: Statement,
    windows: Windows,
}

impl RequestStatements {
    fn add(batch: &mut Batch, request: &CodeRequest, policy: &Policy) -> Self {
        let browser = request
            .browser
            .filter(|browser| *browser != TokenDigest::COMMAND_LINE);
        Self {
            session: browser.map(|browser| sessions::select(batch, browser)),
            customer: match request.customer {
                Some(id) => customers::select(batch, id),
                None => customers::select_by_contact(batch, &request.contact),
            },
            is_taken: customers::select_is_taken(batch, &request.contact),
            devices: request.device.map(|device| devices::select(batch, device)),
            otps: browser.map(|browser| otps::select_of_browser(batch, browser)),
            suppressed: devices::select_suppressed(batch, &request.contact, request.now),
            spent: outbox::select_spent(batch, &outbox::day(request.now)),
            numbers: outbox::select_next_numbers(batch),
            windows: Windows::add(batch, request.rules(policy), request.now),
        }
    }

    fn read(self, results: &Results) -> StoreResult<RequestFacts> {
        Ok(RequestFacts {
            session: self
                .session
                .map(|it| results.optional(it, rows::session))
                .transpose()?
                .flatten(),
            customer: results.optional(self.customer, rows::customer)?,
            is_taken: results.value(self.is_taken)?,
            devices: self
                .devices
                .map(|it| results.all(it, rows::device))
                .transpose()?
                .unwrap_or_default(),
            otps: self
                .otps
                .map(|it| results.all(it, rows::otp))
                .transpose()?
                .unwrap_or_default(),
            is_suppressed: results.value(self.suppressed)?,
            spent: results
                .optional(self.spent, rows::spent)?
                .unwrap_or_default(),
            usage: self.windows.read(results)?,
            next_otp: OtpId(
                results
                    .optional(self.numbers, |row| Ok(row.try_get("otp")?))?
                    .unwrap_or(1),
            ),
            next_message: outbox::next_message(results, self.numbers)?,
        })
    }
}

async fn decide_resend(
    store: &SqliteStore,
    transaction: &mut Transaction<'_, '_>,
    resend: &CodeResend,
) -> StoreResult<Decision<ResendResult>> {
    let mut batch = Batch::default();
    let windows = Windows::add(&mut batch, resend.rules(&store.rules().policy), resend.now);
    let usage = windows.read(&transaction.run(batch).await?)?;
    Ok(resend.decide(&store.rules().policy, &usage))
}

/// The queries that load [`ResendFacts`]. The limits are not among them.
struct ResendStatements {
    sign_in: SignInStatements,
    numbers: Statement,
    suppressed: Statement,
}

impl ResendStatements {
    fn add(batch: &mut Batch, request: &ResendRequest) -> Self {
        Self {
            sign_in: SignInStatements::add(batch, request.browser, request.now),
            numbers: outbox::select_next_numbers(batch),
            suppressed: devices::select_suppressed_for_latest(batch, request.browser, request.now),
        }
    }

    fn read(&self, results: &Results) -> StoreResult<ResendFacts> {
        let SignInRows {
            session,
            otp,
            customer,
            delivery,
            deferral,
            spent,
        } = self.sign_in.read(results)?;
        let is_suppressed = results.value(self.suppressed)?;
        let next_message = outbox::next_message(results, self.numbers)?;
        Ok(ResendFacts {
            session,
            otp,
            customer,
            delivery,
            deferral,
            is_suppressed,
            spent,
            next_message,
        })
    }
}

/// The queries that load [`SignInRows`].
struct SignInStatements {
    session: Statement,
    otp: Statement,
    delivery: Statement,
    spent: Statement,
}

impl SignInStatements {
    fn add(batch: &mut Batch, browser: TokenDigest, now: Timestamp) -> Self {
        let session = sessions::select(batch, browser);
        let otp = otps::select_latest_with_customer(batch, browser);
        let delivery = outbox::select_latest_state(batch, browser);
        let spent = outbox::select_spent(batch, &outbox::day(now));
        Self {
            session,
            otp,
            delivery,
            spent,
        }
    }

    fn read(&self, results: &Results) -> StoreResult<SignInRows> {
        let (otp, customer) = otp_and_customer(results, self.otp)?;
        let (delivery, deferral) = results.optional(self.delivery, rows::delivery)?.unzip();
        Ok(SignInRows {
            session: results.optional(self.session, rows::session)?,
            otp,
            customer,
            delivery,
            deferral: deferral.flatten(),
            spent: results
                .optional(self.spent, rows::spent)?
                .unwrap_or_default(),
        })
    }
}

fn otp_and_customer(
    results: &Results,
    statement: Statement,
) -> StoreResult<(Option<Otp>, Option<Customer>)> {
    let found = results.optional(statement, |row| {
        Ok((rows::otp(row)?, rows::joined_customer(row)?))
    })?;
    Ok(found.map_or((None, None), |(otp, customer)| (Some(otp), customer)))
}

/// Counts an attempt at `otp`. `devices` are the known devices with the browser's device token.
async fn count(
    store: &SqliteStore,
    transaction: &mut Transaction<'_, '_>,
    request: &VerifyRequest,
    (otp, devices): (Option<Otp>, Vec<KnownDevice>),
) -> StoreResult<CountResult> {
    let mut batch = Batch::default();
    let windows = Windows::add(
        &mut batch,
        request.rules(&store.rules().policy, otp.as_ref()),
        request.now,
    );
    let is_closed = |otp: &&Otp| otp.state(request.now) != OtpState::Live;
    let newest = otp
        .as_ref()
        .filter(is_closed)
        .map(|otp| history::select_newest(&mut batch, otp.id));
    let results = if batch.is_empty() {
        Results::default()
    } else {
        transaction.run(batch).await?
    };
    let newest = newest_event(&results, newest)?;
    let (rules, usage) = (store.rules(), windows.read(&results)?);
    let decision = request.decide(
        (&rules.policy, &rules.keys),
        otp,
        newest,
        (&devices, &usage),
    );
    transaction.apply(decision).await
}

fn newest_event(results: &Results, newest: Option<Statement>) -> StoreResult<Option<Event>> {
    Ok(newest
        .map(|it| results.optional(it, rows::event))
        .transpose()?
        .flatten()
        .flatten())
}

#[async_trait]
impl OtpStore for SqliteStore {
    async fn request_code(&self, request: CodeRequest) -> StoreResult<RequestResult> {
        let store = self.clone();
        let mut load = Batch::default();
        let facts = RequestStatements::add(&mut load, &request, &store.rules().policy);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let (rules, facts) = (store.rules(), facts.read(&loaded)?);
                let decision = match request.decide(&rules.policy, &rules.keys, facts) {
                    RequestPlan::Decided(decision) => decision,
                    RequestPlan::Resend(resend) => {
                        let decision = decide_resend(&store, transaction, &resend).await?;
                        request.resent(&rules.policy, decision, resend.otp.id)
                    }
                };
                transaction.apply(decision).await
            })
        });
        job.await
    }

    async fn resend_code(&self, request: ResendRequest) -> StoreResult<ResendResult> {
        let store = self.clone();
        let mut load = Batch::default();
        let facts = ResendStatements::add(&mut load, &request);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                match request.plan(&store.rules().policy, facts.read(&loaded)?) {
                    Ok(resend) => {
                        let decision = decide_resend(&store, transaction, &resend).await?;
                        transaction.apply(decision).await
                    }
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
        });
        job.await
    }

    async fn count_attempt(&self, request: VerifyRequest) -> StoreResult<CountResult> {
        let store = self.clone();
        let mut load = Batch::default();
        let otp = match &request.contact {
            Some(contact) => otps::select_latest_for(&mut load, request.browser, contact),
            None => otps::select_latest(&mut load, request.browser),
        };
        let devices = request
            .device
            .map(|device| devices::select(&mut load, device));
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let otp = loaded.optional(otp, rows::otp)?;
                let devices = devices
                    .map(|it| loaded.all(it, rows::device))
                    .transpose()?
                    .unwrap_or_default();
                count(&store, transaction, &request, (otp, devices)).await
            })
        });
        job.await
    }

    async fn record_rejection(
        &self,
        otp: &Otp,
        rejection: Rejection,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<()> {
        let (otp, origin) = (otp.clone(), origin.clone());
        let mut load = Batch::default();
        let newest = check_code::depends_on_newest_event(rejection)
            .then(|| history::select_newest(&mut load, otp.id));
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let newest = newest_event(&loaded, newest)?;
                let decision = check_code::reject(&otp, rejection, newest, &origin, now);
                transaction.apply(decision.map(|_| ())).await
            })
        });
        job.await
    }

    async fn sign_in(&self, request: SignInRequest) -> StoreResult<Option<SignedIn>> {
        let store = self.clone();
        let mut load = Batch::default();
        let otp = otps::select_with_customer(&mut load, request.otp);
        let session = sessions::select(&mut load, request.browser);
        let devices = devices::select_of_otp(&mut load, request.otp);
        let numbers = outbox::select_next_numbers(&mut load);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let (otp, customer) = otp_and_customer(&loaded, otp)?;
                let facts = SignInFacts {
                    otp,
                    session: loaded.optional(session, rows::session)?,
                    customer,
                    devices: loaded.all(devices, rows::device)?,
                    next_message: outbox::next_message(&loaded, numbers)?,
                };
                transaction
                    .apply(request.decide(&store.rules().policy, facts))
                    .await
            })
        });
        job.await
    }

    async fn use_on_command_line(&self, id: OtpId, now: Timestamp) -> StoreResult<bool> {
        let mut load = Batch::default();
        let otp = otps::select(&mut load, id);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let otp = loaded.optional(otp, rows::otp)?;
                let usable = otp.filter(|otp| otp.is_usable() && otp.purpose == Purpose::SignIn);
                let Some(otp) = usable else { return Ok(false) };
                let mut changes = use_otp(&otp, now);
                changes.push(Change::record(
                    Event::Verified,
                    &otp,
                    &Origin::default(),
                    now,
                ));
                transaction.apply(Decision::new(changes, true)).await
            })
        });
        job.await
    }

    async fn forget(
        &self,
        browser: TokenDigest,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<()> {
        let origin = origin.clone();
        let mut load = Batch::default();
        let otps = otps::select_of_browser(&mut load, browser);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let otps = loaded.all(otps, rows::otp)?;
                let pending = otps.iter().filter(|otp| otp.is_pending());
                let mut changes: Vec<_> =
                    pending.flat_map(|otp| revoke(otp, &origin, now)).collect();
                changes.push(Change::ForgetPreAuth(browser));
                transaction.apply(Decision::new(changes, ())).await
            })
        });
        job.await
    }

    async fn not_me(&self, not_me: NotMe) -> StoreResult<()> {
        let mut load = Batch::default();
        let otps = otps::select_for_not_me(&mut load, not_me.otp, &not_me.contact);
        let was_reported = history::select_has(&mut load, not_me.otp, Event::NotMe);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let otps = loaded.all(otps, rows::otp)?;
                let was_reported = loaded.value(was_reported)?;
                let facts = customer_facts(transaction, not_me.customer).await?;
                transaction
                    .apply(not_me.decide(&otps, &facts, was_reported))
                    .await
            })
        });
        job.await
    }

    async fn sign_in_rows(
        &self,
        browser: TokenDigest,
        rules: &[Rule],
        now: Timestamp,
    ) -> StoreResult<(SignInRows, Usage)> {
        let mut batch = Batch::default();
        let statements = SignInStatements::add(&mut batch, browser, now);
        let windows = Windows::add(&mut batch, rules.to_vec(), now);
        let results = self.read(batch).await?;
        Ok((statements.read(&results)?, windows.read(&results)?))
    }

    async fn latest_otp(&self, browser: TokenDigest) -> StoreResult<Option<Otp>> {
        let mut batch = Batch::default();
        let otp = otps::select_latest(&mut batch, browser);
        self.read(batch).await?.optional(otp, rows::otp)
    }

    async fn otps(&self, filter: &OtpFilter) -> StoreResult<Vec<Otp>> {
        let mut batch = Batch::default();
        let otps = otps::select_by_filter(&mut batch, filter);
        self.read(batch).await?.all(otps, rows::otp)
    }

    async fn delete_otps(&self, filter: &OtpFilter) -> StoreResult<u64> {
        let mut batch = Batch::default();
        let delete = otps::delete_by_filter(&mut batch, filter);
        let job = self.writer().run(batch, move |_, results| {
            Box::pin(async move { Ok(results.changes(delete)) })
        });
        job.await
    }
}
