//! Implements [`CustomerStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    batch::{Batch, Results, Statement},
    rows,
    statements::{customers, devices, otps, outbox, sessions},
    store::SqliteStore,
    writer::Transaction,
};
use crate::server::{
    domain::{
        ChangeId, Contact, Customer, CustomerId, EmailAddress, Origin, PastChange, PhoneNumber,
        SmsSpent,
        customer_changes::{self, ContactChange, CustomerFacts},
        issue::Queued,
    },
    ports::{CustomerStore, StoreResult},
};

/// The queries that load [`CustomerFacts`].
struct CustomerStatements {
    customer: Statement,
    otps: Statement,
    sessions: Statement,
    devices: Statement,
    numbers: Statement,
}

impl CustomerStatements {
    fn add(batch: &mut Batch, id: CustomerId) -> Self {
        Self {
            customer: customers::select(batch, id),
            otps: otps::select_open_of_customer(batch, id),
            sessions: sessions::select_of_customer(batch, id),
            devices: devices::select_of_customer(batch, id),
            numbers: outbox::select_next_numbers(batch),
        }
    }

    fn read(&self, results: &Results) -> StoreResult<CustomerFacts> {
        let session = |row: &SqliteRow| {
            Ok((
                rows::digest(row.try_get("token_digest")?)?,
                rows::session(row)?,
            ))
        };
        Ok(CustomerFacts {
            customer: results.optional(self.customer, rows::customer)?,
            otps: results.all(self.otps, rows::otp)?,
            sessions: results.all(self.sessions, session)?,
            devices: results.all(self.devices, rows::device)?,
            next_change: ChangeId(
                results
                    .optional(self.numbers, |row| Ok(row.try_get("change")?))?
                    .unwrap_or(1),
            ),
            next_message: outbox::next_message(results, self.numbers)?,
        })
    }
}

/// Loads the [`CustomerFacts`] of a customer.
pub(super) async fn customer_facts(
    transaction: &mut Transaction<'_, '_>,
    id: CustomerId,
) -> StoreResult<CustomerFacts> {
    let mut batch = Batch::default();
    let customer = CustomerStatements::add(&mut batch, id);
    customer.read(&transaction.run(batch).await?)
}

/// Returns the previous contacts of changes that a customer has now.
async fn taken(
    transaction: &mut Transaction<'_, '_>,
    changes: &[PastChange],
) -> StoreResult<Vec<Contact>> {
    let mut batch = Batch::default();
    let previous: Vec<_> = changes
        .iter()
        .filter_map(|change| change.old.clone())
        .map(|old| (customers::select_is_taken(&mut batch, &old), old))
        .collect();
    if previous.is_empty() {
        return Ok(vec![]);
    }
    let results = transaction.run(batch).await?;
    let mut taken = vec![];
    for (statement, old) in previous {
        if results.value(statement)? {
            taken.push(old);
        }
    }
    Ok(taken)
}

#[async_trait]
impl CustomerStore for SqliteStore {
    async fn add_customer(
        &self,
        name: &str,
        email: Option<&EmailAddress>,
        phone: Option<&PhoneNumber>,
        now: Timestamp,
    ) -> StoreResult<CustomerId> {
        let mut batch = Batch::default();
        let id = customers::insert(&mut batch, name, (email, phone), now);
        let job = self.writer().run(Batch::default(), move |transaction, _| {
            Box::pin(async move { transaction.run(batch).await?.value(id) })
        });
        job.await.map(CustomerId)
    }

    async fn customers(&self) -> StoreResult<Vec<Customer>> {
        let mut batch = Batch::default();
        let customers = customers::select_all(&mut batch);
        self.read(batch).await?.all(customers, rows::customer)
    }

    async fn customer(
        &self,
        id: CustomerId,
        now: Timestamp,
    ) -> StoreResult<Option<(Customer, SmsSpent)>> {
        let mut batch = Batch::default();
        let customer = customers::select(&mut batch, id);
        let spent = outbox::select_spent(&mut batch, &outbox::day(now));
        let results = self.read(batch).await?;
        let spent = results.optional(spent, rows::spent)?.unwrap_or_default();
        Ok(results
            .optional(customer, rows::customer)?
            .map(|customer| (customer, spent)))
    }

    async fn customer_by_contact(&self, contact: &Contact) -> StoreResult<Option<Customer>> {
        let mut batch = Batch::default();
        let customer = customers::select_by_contact(&mut batch, contact);
        self.read(batch).await?.optional(customer, rows::customer)
    }

    async fn change_contact(&self, change: ContactChange) -> StoreResult<Option<Option<Queued>>> {
        let store = self.clone();
        let mut load = Batch::default();
        let customer = CustomerStatements::add(&mut load, change.customer);
        let by = change.by.as_ref();
        let otp = by.map(|by| otps::select(&mut load, by.otp));
        let session = by.map(|by| sessions::select(&mut load, by.session));
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let facts = customer.read(&loaded)?;
                let otp = otp
                    .map(|it| loaded.optional(it, rows::otp))
                    .transpose()?
                    .flatten();
                let session = session
                    .map(|it| loaded.optional(it, rows::session))
                    .transpose()?
                    .flatten();
                let decision = change.decide(
                    &store.rules().policy,
                    &facts,
                    (otp.as_ref(), session.as_ref()),
                );
                transaction.apply(decision).await
            })
        });
        job.await
    }

    async fn contact_change(&self, id: ChangeId) -> StoreResult<Option<PastChange>> {
        let mut batch = Batch::default();
        let change = customers::select_change(&mut batch, id);
        self.read(batch).await?.optional(change, rows::past_change)
    }

    async fn undo_contact_change(
        &self,
        id: ChangeId,
        origin: &Origin,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let origin = origin.clone();
        let mut load = Batch::default();
        let changes = customers::select_changes_with(&mut load, id);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let changes = loaded.all(changes, rows::past_change)?;
                let Some(change) = changes.iter().find(|change| change.id == id) else {
                    return Ok(false);
                };
                let facts = customer_facts(transaction, change.customer).await?;
                let taken = taken(transaction, &changes).await?;
                let decision = customer_changes::undo_contact_change(
                    Some(change),
                    (&changes, &taken),
                    &facts,
                    &origin,
                    now,
                );
                transaction.apply(decision).await
            })
        });
        job.await
    }

    async fn set_disabled(
        &self,
        customer: CustomerId,
        disabled: bool,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let mut load = Batch::default();
        let statements = CustomerStatements::add(&mut load, customer);
        let job = self.writer().run(load, move |transaction, loaded| {
            Box::pin(async move {
                let facts = statements.read(&loaded)?;
                transaction
                    .apply(customer_changes::set_disabled(&facts, disabled, now))
                    .await
            })
        });
        job.await
    }
}
