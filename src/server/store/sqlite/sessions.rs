//! Implements [`SessionStore`].

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    batch::Batch,
    rows,
    statements::{devices, otps, sessions},
    store::SqliteStore,
};
use crate::server::{
    domain::{
        Change, Customer, CustomerId, Decision, Event, KnownDevice, Origin, Session, SessionId,
        TokenDigest,
        customer_changes::{end_all_sessions, end_sessions},
        sign_in::Renewal,
    },
    ports::{SessionStore, StoreResult, sessions::SessionToEnd},
};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn session(
        &self,
        token: TokenDigest,
    ) -> StoreResult<Option<(Session, Option<Customer>)>> {
        let mut batch = Batch::default();
        let session = sessions::select(&mut batch, token);
        self.read(batch).await?.optional(session, |row| {
            Ok((rows::session(row)?, rows::joined_customer(row)?))
        })
    }

    async fn touch(&self, session: SessionId, now: Timestamp) -> StoreResult<()> {
        let decision = Decision::new(vec![Change::TouchSession(session, now)], ());
        self.writer()
            .run_unsynced(Batch::default(), |transaction, _| {
                Box::pin(transaction.apply(decision))
            })
            .await
    }

    async fn sessions_of(&self, customer: CustomerId) -> StoreResult<Vec<Session>> {
        let mut batch = Batch::default();
        let sessions = sessions::select_of_customer(&mut batch, customer);
        self.read(batch).await?.all(sessions, rows::session)
    }

    async fn devices_of(&self, customer: CustomerId) -> StoreResult<Vec<KnownDevice>> {
        let mut batch = Batch::default();
        let devices = devices::select_of_customer(&mut batch, customer);
        self.read(batch).await?.all(devices, rows::device)
    }

    async fn renew(&self, renewal: Renewal) -> StoreResult<bool> {
        let mut load = Batch::default();
        let otp = otps::select(&mut load, renewal.otp);
        let session = sessions::select(&mut load, renewal.session);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let (otp, session) = (
                    loaded.optional(otp, rows::otp)?,
                    loaded.optional(session, rows::session)?,
                );
                transaction
                    .apply(renewal.confirm(otp.as_ref(), session.as_ref()))
                    .await
            })
        });
        job.await
    }

    async fn end(
        &self,
        ended: SessionToEnd,
        event: Event,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let origin = origin.clone();
        let mut load = Batch::default();
        let statement = match ended {
            SessionToEnd::OfToken(token) => sessions::select(&mut load, token),
            SessionToEnd::One(customer, _) => sessions::select_of_customer(&mut load, customer),
        };
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let mut found = loaded.all(statement, rows::session)?;
                if let SessionToEnd::One(_, id) = ended {
                    found.retain(|session| session.id == id);
                }
                let Some(customer) = found.iter().find_map(|session| session.customer_id) else {
                    return Ok(false);
                };
                let decision = end_sessions(customer, &found, event, &origin, now);
                Ok(transaction.apply(decision).await? > 0)
            })
        });
        job.await
    }

    async fn end_all(
        &self,
        customer: CustomerId,
        own: Option<TokenDigest>,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<u64> {
        let origin = origin.clone();
        let mut load = Batch::default();
        let sessions = sessions::select_of_customer(&mut load, customer);
        let devices = devices::select_of_customer(&mut load, customer);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let sessions = loaded.all(sessions, rows::session)?;
                let devices = loaded.all(devices, rows::device)?;
                let found = (&sessions[..], &devices[..]);
                transaction
                    .apply(end_all_sessions(customer, found, own, &origin, now))
                    .await
            })
        });
        job.await
    }
}
