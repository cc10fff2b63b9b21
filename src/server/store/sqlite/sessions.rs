//! Sessions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    batch::Batch,
    rows,
    statements::{customers, otps, sessions},
    store::SqliteStore,
};
use crate::server::{
    domain::{
        Change, Customer, CustomerId, Decision, Event, Origin, Session, SessionId, TokenDigest,
        customer_changes::end_sessions, sign_in::Renewal,
    },
    ports::{SessionStore, StoreResult, sessions::SessionsToEnd},
};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn session(&self, token: TokenDigest) -> StoreResult<Option<(Session, Option<Customer>)>> {
        let mut batch = Batch::default();
        let session = sessions::select(&mut batch, token);
        let customer = customers::select_of_session(&mut batch, token);
        let results = self.read(batch).await?;
        let customer = results.optional(customer, rows::customer)?;
        Ok(results.optional(session, rows::session)?.map(|session| (session, customer)))
    }

    async fn touch(&self, session: SessionId, now: Timestamp) -> StoreResult<()> {
        let decision = Decision::new(vec![Change::TouchSession(session, now)], ());
        self.writer().run_unsynced(|transaction| Box::pin(transaction.apply(decision))).await
    }

    async fn sessions_of(&self, customer: CustomerId) -> StoreResult<Vec<Session>> {
        let mut batch = Batch::default();
        let sessions = sessions::select_of_customer(&mut batch, customer);
        self.read(batch).await?.all(sessions, rows::session)
    }

    async fn renew(&self, renewal: Renewal) -> StoreResult<bool> {
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                let otp = otps::select(&mut batch, renewal.otp);
                let session = sessions::select(&mut batch, renewal.session);
                let results = transaction.run(batch).await?;
                let (otp, session) = (results.optional(otp, rows::otp)?, results.optional(session, rows::session)?);
                transaction.apply(renewal.confirm(otp.as_ref(), session.as_ref())).await
            })
        });
        job.await
    }

    async fn end(&self, ended: SessionsToEnd, event: Event, origin: &Origin, now: Timestamp) -> StoreResult<u64> {
        let origin = origin.clone();
        let job = self.writer().run(move |transaction| {
            Box::pin(async move {
                let mut batch = Batch::default();
                let statement = match ended {
                    SessionsToEnd::OfToken(token) => sessions::select(&mut batch, token),
                    SessionsToEnd::One(customer, _) | SessionsToEnd::All(customer) => {
                        sessions::select_of_customer(&mut batch, customer)
                    }
                };
                let mut found = transaction.run(batch).await?.all(statement, rows::session)?;
                if let SessionsToEnd::One(_, id) = ended {
                    found.retain(|session| session.id == id);
                }
                let Some(customer) = found.iter().find_map(|session| session.customer_id) else { return Ok(0) };
                transaction.apply(end_sessions(customer, &found, event, &origin, now)).await
            })
        });
        job.await
    }
}
