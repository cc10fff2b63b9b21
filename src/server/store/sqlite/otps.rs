//! OTPs.

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
        Change, Decision, Event, Origin, Otp, OtpId, OtpState, Purpose, TokenDigest,
        check_code::{self, CodeAnswer, CountAnswer, Rejection},
        customer_changes::NotMe,
        issue::revoke,
        request_code::{CodeRequest, RequestAnswer, RequestFacts, RequestPlan},
        resend_code::{CodeResend, ResendAnswer, ResendFacts, ResendRequest},
        sign_in::{SignInFacts, SignInRequest, SignedIn, use_otp},
    },
    ports::{
        OtpStore, StoreResult,
        otps::{OtpFilter, SignInRows},
    },
};

/// What a request for a code is decided on.
async fn request_facts(
    store: &SqliteStore,
    transaction: &mut Transaction<'_>,
    request: &CodeRequest,
) -> StoreResult<RequestFacts> {
    let mut batch = Batch::default();
    let browser = request.browser.filter(|browser| *browser != TokenDigest::COMMAND_LINE);
    let session = browser.map(|browser| sessions::select(&mut batch, browser));
    let customer = match request.customer {
        Some(id) => customers::select(&mut batch, id),
        None => customers::select_by_contact(&mut batch, &request.contact),
    };
    let is_taken = customers::select_is_taken(&mut batch, &request.contact);
    let devices = request.device.map(|device| devices::select(&mut batch, device));
    let otps = browser.map(|browser| otps::select_of_browser(&mut batch, browser));
    let suppressed = devices::select_suppressed(&mut batch, &request.contact, request.now);
    let spent = outbox::select_spent(&mut batch, &outbox::day(request.now));
    let numbers = outbox::select_next_numbers(&mut batch);
    let windows = Windows::add(&mut batch, request.rules(&store.rules().policy), request.now);
    let results = transaction.run(batch).await?;
    Ok(RequestFacts {
        session: session.map(|it| results.optional(it, rows::session)).transpose()?.flatten(),
        customer: results.optional(customer, rows::customer)?,
        is_taken: results.value(is_taken)?,
        devices: devices.map(|it| results.all(it, rows::device)).transpose()?.unwrap_or_default(),
        otps: otps.map(|it| results.all(it, rows::otp)).transpose()?.unwrap_or_default(),
        is_suppressed: results.value(suppressed)?,
        spent: results.optional(spent, rows::spent)?.unwrap_or_default(),
        usage: windows.read(&results)?,
        next_otp: OtpId(results.optional(numbers, |row| Ok(row.try_get("otp")?))?.unwrap_or(1)),
        next_message: outbox::next_message(&results, numbers)?,
    })
}

async fn decide_resend(
    store: &SqliteStore,
    transaction: &mut Transaction<'_>,
    resend: &CodeResend,
) -> StoreResult<Decision<ResendAnswer>> {
    let mut batch = Batch::default();
    let windows = Windows::add(&mut batch, resend.rules(&store.rules().policy), resend.now);
    let usage = windows.read(&transaction.run(batch).await?)?;
    Ok(resend.decide(&store.rules().policy, &usage))
}

/// What a request to send a code again is decided on, but for its limits.
async fn resend_facts(transaction: &mut Transaction<'_>, request: &ResendRequest) -> StoreResult<ResendFacts> {
    let mut batch = Batch::default();
    let rows = SignInStatements::add(&mut batch, request.browser, request.now);
    let numbers = outbox::select_next_numbers(&mut batch);
    let suppressed = devices::select_suppressed_for_latest(&mut batch, request.browser, request.now);
    let results = transaction.run(batch).await?;
    let SignInRows { session, otp, customer, delivery, spent } = rows.read(&results)?;
    let (is_suppressed, next_message) = (results.value(suppressed)?, outbox::next_message(&results, numbers)?);
    Ok(ResendFacts { session, otp, customer, delivery, is_suppressed, spent, next_message })
}

/// The queries for the sign-in of a browser.
struct SignInStatements {
    session: Statement,
    otp: Statement,
    customer: Statement,
    delivery: Statement,
    spent: Statement,
}

impl SignInStatements {
    fn add(batch: &mut Batch, browser: TokenDigest, now: Timestamp) -> Self {
        let session = sessions::select(batch, browser);
        let otp = otps::select_latest(batch, browser);
        let customer = customers::select_of_latest_otp(batch, browser);
        let delivery = outbox::select_latest_state(batch, browser);
        let spent = outbox::select_spent(batch, &outbox::day(now));
        Self { session, otp, customer, delivery, spent }
    }

    fn read(&self, results: &Results) -> StoreResult<SignInRows> {
        Ok(SignInRows {
            session: results.optional(self.session, rows::session)?,
            otp: results.optional(self.otp, rows::otp)?,
            customer: results.optional(self.customer, rows::customer)?,
            delivery: results.optional(self.delivery, rows::delivery_state)?,
            spent: results.optional(self.spent, rows::spent)?.unwrap_or_default(),
        })
    }
}

async fn count(
    store: &SqliteStore,
    transaction: &mut Transaction<'_>,
    answer: &CodeAnswer,
) -> StoreResult<CountAnswer> {
    let mut batch = Batch::default();
    let otp = match &answer.contact {
        Some(contact) => otps::select_latest_for(&mut batch, answer.browser, contact),
        None => otps::select_latest(&mut batch, answer.browser),
    };
    let devices = answer.device.map(|device| devices::select(&mut batch, device));
    let results = transaction.run(batch).await?;
    let otp = results.optional(otp, rows::otp)?;
    let devices = devices.map(|it| results.all(it, rows::device)).transpose()?.unwrap_or_default();
    let mut batch = Batch::default();
    let windows = Windows::add(&mut batch, answer.rules(&store.rules().policy, otp.as_ref()), answer.now);
    let is_closed = |otp: &&Otp| otp.state(answer.now) != OtpState::Live;
    let newest = otp.as_ref().filter(is_closed).map(|otp| history::select_newest(&mut batch, otp.id));
    let results = if batch.is_empty() { Results::default() } else { transaction.run(batch).await? };
    let newest = newest.map(|it| results.optional(it, rows::event)).transpose()?.flatten().flatten();
    let (rules, usage) = (store.rules(), windows.read(&results)?);
    let decision = answer.decide((&rules.policy, &rules.keys), otp, newest, (&devices, &usage));
    transaction.apply(decision).await
}

async fn sign_in_facts(transaction: &mut Transaction<'_>, request: &SignInRequest) -> StoreResult<SignInFacts> {
    let mut batch = Batch::default();
    let otp = otps::select(&mut batch, request.otp);
    let session = sessions::select(&mut batch, request.browser);
    let customer = customers::select_of_otp(&mut batch, request.otp);
    let devices = devices::select_of_otp(&mut batch, request.otp);
    let spent = outbox::select_spent(&mut batch, &outbox::day(request.now));
    let numbers = outbox::select_next_numbers(&mut batch);
    let results = transaction.run(batch).await?;
    Ok(SignInFacts {
        otp: results.optional(otp, rows::otp)?,
        session: results.optional(session, rows::session)?,
        customer: results.optional(customer, rows::customer)?,
        devices: results.all(devices, rows::device)?,
        spent: results.optional(spent, rows::spent)?.unwrap_or_default(),
        next_message: outbox::next_message(&results, numbers)?,
    })
}

#[async_trait]
impl OtpStore for SqliteStore {
    async fn request_code(&self, request: CodeRequest) -> StoreResult<RequestAnswer> {
        let store = self.clone();
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let rules = store.rules();
                let facts = request_facts(&store, transaction, &request).await?;
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

    async fn resend_code(&self, request: ResendRequest) -> StoreResult<ResendAnswer> {
        let store = self.clone();
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let facts = resend_facts(transaction, &request).await?;
                match request.plan(&store.rules().policy, facts) {
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

    async fn count_answer(&self, answer: CodeAnswer) -> StoreResult<CountAnswer> {
        let store = self.clone();
        let job =
            self.writer().run(move |transaction| Box::pin(async move { count(&store, transaction, &answer).await }));
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
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                let newest = history::select_newest(&mut batch, otp.id);
                let newest = transaction.run(batch).await?.optional(newest, rows::event)?.flatten();
                let decision = check_code::reject(&otp, rejection, newest, &origin, now);
                transaction.apply(decision.map(|_| ())).await
            })
        });
        job.await
    }

    async fn sign_in(&self, request: SignInRequest) -> StoreResult<Option<SignedIn>> {
        let store = self.clone();
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let facts = sign_in_facts(transaction, &request).await?;
                transaction.apply(request.decide(&store.rules().policy, facts)).await
            })
        });
        job.await
    }

    async fn use_on_command_line(&self, id: OtpId, now: Timestamp) -> StoreResult<bool> {
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                let otp = otps::select(&mut batch, id);
                let otp = transaction.run(batch).await?.optional(otp, rows::otp)?;
                let usable = otp.filter(|otp| otp.is_usable() && otp.purpose == Purpose::SignIn);
                let Some(otp) = usable else { return Ok(false) };
                let mut changes = use_otp(&otp, now);
                changes.push(Change::record(Event::Verified, &otp, &Origin::default(), now));
                transaction.apply(Decision::new(changes, true)).await
            })
        });
        job.await
    }

    async fn forget(&self, browser: TokenDigest, origin: &Origin, now: Timestamp) -> StoreResult<()> {
        let origin = origin.clone();
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                let otps = otps::select_of_browser(&mut batch, browser);
                let otps = transaction.run(batch).await?.all(otps, rows::otp)?;
                let pending = otps.iter().filter(|otp| otp.is_pending());
                let mut changes: Vec<_> = pending.flat_map(|otp| revoke(otp, &origin, now)).collect();
                changes.push(Change::ForgetPreAuth(browser));
                transaction.apply(Decision::new(changes, ())).await
            })
        });
        job.await
    }

    async fn not_me(&self, not_me: NotMe) -> StoreResult<()> {
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                let otps = otps::select_for_not_me(&mut batch, not_me.otp, &not_me.contact);
                let otps = transaction.run(batch).await?.all(otps, rows::otp)?;
                let facts = match not_me.ends_sessions_of {
                    Some(customer) => Some(customer_facts(transaction, customer, not_me.now).await?),
                    None => None,
                };
                transaction.apply(not_me.decide(&otps, facts.as_ref())).await
            })
        });
        job.await
    }

    async fn sign_in_rows(&self, browser: TokenDigest, now: Timestamp) -> StoreResult<SignInRows> {
        let mut batch = Batch::default();
        let statements = SignInStatements::add(&mut batch, browser, now);
        statements.read(&self.read(batch).await?)
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
        let filter = filter.clone();
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                let delete = otps::delete_by_filter(&mut batch, &filter);
                Ok(transaction.run(batch).await?.changes(delete))
            })
        });
        job.await
    }
}
