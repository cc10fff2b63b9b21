//! Customers and changes of their contacts.

use doorcode::{
    server::{
        domain::{
            ChangeId, Contact, CustomerId, DeliverySubject, Origin, Purpose,
            customer_changes::ContactChange, request_code::CodeRequest, sign_in::Renewal,
        },
        ports::{StoreError, history::HistoryOf},
    },
    shared::ContactType,
};
use futures_util::future::join_all;

use super::{
    DEVICE, MILLISECOND, SESSION, Store, USER, claim, code_request, contact, is_invalidated,
    is_known_device, issue, notice_draft, otp, request_code,
    sessions::{RENEWED, live, signed_in},
    sign_in_request, start, stores, try_sign_in, unique_token,
};
use crate::support::DAY;

const NEW: &str = "new@example.com";

/// A change of the customer's email address to [`NEW`].
pub(super) fn change(customer: CustomerId, by: Option<Renewal>) -> ContactChange {
    ContactChange {
        customer,
        by,
        new: contact(NEW),
        notice: notice_draft(),
        origin: Origin::default(),
        now: start(),
    }
}

async fn changes(store: &dyn Store, change: &ContactChange) -> bool {
    let change = ContactChange {
        notice: notice_draft(),
        ..change.clone()
    };
    store
        .change_contact(change)
        .await
        .expect("an answer")
        .is_some()
}

/// Claims all mails. Returns the recipient of the notice of a change, and the change that its link
/// undoes.
async fn notified(store: &dyn Store) -> Option<(Contact, Option<ChangeId>)> {
    let mut notified = None;
    while let Some(claimed) = claim(store, ContactType::Email, start()).await {
        if let DeliverySubject::ContactChanged {
            to,
            changed,
            change,
        } = claimed.subject
        {
            assert_eq!(changed, ContactType::Email);
            notified = Some((to, change));
        }
    }
    notified
}

#[tokio::test]
async fn a_contact_belongs_to_one_customer() {
    for store in stores().await {
        let email = contact(USER);
        store
            .add_customer("One", email.email(), None, start())
            .await
            .expect("a customer");
        let second = store
            .add_customer("Two", email.email(), None, start())
            .await;
        assert!(matches!(second, Err(StoreError::ContactTaken)));
    }
}

#[tokio::test]
async fn customers_added_concurrently_fail_only_if_their_contact_is_taken() {
    for store in stores().await {
        // Each of ten addresses occurs ten times, among a hundred that occur once.
        let emails: Vec<_> = (0..200)
            .map(|at| {
                if at % 2 == 0 {
                    format!("{}@example.com", at % 20)
                } else {
                    format!("{at}@example.com")
                }
            })
            .collect();
        let add = async |email: &String| {
            store
                .add_customer("User", contact(email).email(), None, start())
                .await
        };
        let answers = join_all(emails.iter().map(add)).await;
        let added = |email: &String| {
            let of_email = answers
                .iter()
                .zip(&emails)
                .filter(|(_, other)| *other == email);
            of_email.filter(|(answer, _)| answer.is_ok()).count()
        };
        assert!(emails.iter().all(|email| added(email) == 1));
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Ok(_) | Err(StoreError::ContactTaken)))
        );
        let mut stored: Vec<_> = store
            .customers()
            .await
            .expect("customers")
            .into_iter()
            .map(|it| it.id.0)
            .collect();
        let mut returned: Vec<_> = answers
            .into_iter()
            .filter_map(Result::ok)
            .map(|id| id.0)
            .collect();
        stored.sort_unstable();
        returned.sort_unstable();
        assert_eq!((stored.len(), stored), (110, returned));
    }
}

#[tokio::test]
async fn changing_a_contact_ends_codes_sessions_and_known_devices_and_notifies_the_old_one() {
    for store in stores().await {
        assert!(try_sign_in(&*store, sign_in_request(issue(&*store).await)).await);
        let pending = issue(&*store).await;
        let customer = store.customers().await.expect("an answer")[0].id;
        let change = change(customer, None);
        assert!(changes(&*store, &change).await);
        assert!(!changes(&*store, &change).await, "it is so already");
        assert!(store.session(SESSION).await.expect("an answer").is_none());
        assert!(is_invalidated(&*store, pending).await);
        assert_eq!(
            notified(&*store).await,
            Some((contact(USER), None)),
            "a change by the operator cannot be undone"
        );
        assert!(!is_known_device(&*store, DEVICE, NEW, start()).await);
        store
            .add_customer("Other", contact("other@example.com").email(), None, start())
            .await
            .expect("a customer");
        let taken = ContactChange {
            new: contact("other@example.com"),
            notice: notice_draft(),
            ..change
        };
        assert!(matches!(
            store.change_contact(taken).await,
            Err(StoreError::ContactTaken)
        ));
    }
}

#[tokio::test]
async fn a_customers_own_change_keeps_their_session_and_browser_and_can_be_undone_once() {
    for store in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::ChangeContact).await;
        let change = change(customer, Some(renewal));
        assert!(changes(&*store, &change).await);
        assert!(!changes(&*store, &change).await, "the code is used");
        assert!(live(&*store, SESSION).await.is_none() && live(&*store, RENEWED).await.is_some());
        assert!(is_known_device(&*store, DEVICE, NEW, start()).await);
        let (to, id) = notified(&*store).await.expect("a notice");
        let id = id.expect("a change that can be undone");
        assert_eq!(to, contact(USER));
        let past = store
            .contact_change(id)
            .await
            .expect("an answer")
            .expect("a change");
        assert_eq!(
            (past.customer, past.old, past.new),
            (customer, Some(contact(USER)), change.new)
        );
        let undoes = async |now| {
            store
                .undo_contact_change(id, &Origin::default(), now)
                .await
                .expect("an answer")
        };
        assert!(!undoes(start() + DAY).await, "too late");
        assert!(undoes(start() + DAY - MILLISECOND).await);
        assert!(!undoes(start()).await, "undone already");
        assert!(live(&*store, RENEWED).await.is_none());
        let found = store
            .customer_by_contact(&contact(USER))
            .await
            .expect("an answer");
        assert_eq!(found.map(|found| found.id), Some(customer));
    }
}

#[tokio::test]
async fn a_failed_change_keeps_its_code_and_session() {
    for store in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::ChangeContact).await;
        let other = store
            .add_customer("Other", contact(NEW).email(), None, start())
            .await
            .expect("a customer");
        let result = store
            .change_contact(change(customer, Some(renewal.clone())))
            .await;
        assert!(matches!(result, Err(StoreError::ContactTaken)));
        assert!(live(&*store, SESSION).await.is_some());
        assert!(otp(&*store, renewal.otp).await.is_usable());
        assert!(
            store
                .contact_change(ChangeId(1))
                .await
                .expect("an answer")
                .is_none()
        );
        assert_eq!(notified(&*store).await, None);
        assert!(
            changes(
                &*store,
                &ContactChange {
                    new: contact("free@example.com"),
                    ..change(other, None)
                }
            )
            .await
        );
        assert!(
            changes(&*store, &change(customer, Some(renewal))).await,
            "once the contact is free"
        );
    }
}

#[tokio::test]
async fn undo_changes_nothing_if_the_old_contact_is_taken() {
    for store in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::ChangeContact).await;
        assert!(changes(&*store, &change(customer, Some(renewal))).await);
        store
            .add_customer("Other", contact(USER).email(), None, start())
            .await
            .expect("a customer");
        let undone = store
            .undo_contact_change(ChangeId(1), &Origin::default(), start())
            .await;
        assert!(matches!(undone, Ok(false)));
        let past = store
            .contact_change(ChangeId(1))
            .await
            .expect("an answer")
            .expect("a change");
        assert!(
            past.can_be_undone(start()),
            "should the contact be free again"
        );
        assert!(live(&*store, RENEWED).await.is_some());
    }
}

#[tokio::test]
async fn disabling_a_customer_ends_sessions_and_codes_and_keeps_contacts() {
    for store in stores().await {
        let (customer, _) = signed_in(&*store, Purpose::StepUp).await;
        let (email, pending) = (contact(USER), issue(&*store).await);
        let sets = async |disabled| {
            store
                .set_disabled(customer, disabled, start())
                .await
                .expect("an answer")
        };
        assert!(sets(true).await);
        assert!(!sets(true).await);
        assert!(live(&*store, SESSION).await.is_none() && is_invalidated(&*store, pending).await);
        assert!(
            store
                .customer_by_contact(&email)
                .await
                .expect("an answer")
                .is_none()
        );
        assert!(is_taken(&*store, USER).await && !is_taken(&*store, "free@example.com").await);
        assert!(sets(false).await);
        assert!(!sets(false).await);
        assert!(
            store
                .customer_by_contact(&email)
                .await
                .expect("an answer")
                .is_some()
        );
        assert!(
            !store
                .set_disabled(CustomerId(99), true, start())
                .await
                .expect("an answer"),
            "there is none"
        );
        let history = store
            .history(HistoryOf::Customer(customer))
            .await
            .expect("a history");
        let events: Vec<_> = history.iter().map(|entry| entry.event.as_str()).collect();
        assert!(
            events.ends_with(&["revoked", "revoked", "disabled", "enabled"]),
            "{events:?}"
        );
    }
}

/// Whether a contact is taken: a code that another customer requests for it has no owner.
async fn is_taken(store: &dyn Store, email: &str) -> bool {
    let wanted = contact(&format!("wants-{email}"));
    let customer = store
        .add_customer("Other", wanted.email(), None, start())
        .await
        .expect("a customer");
    let request = CodeRequest {
        purpose: Purpose::ChangeContact,
        typed: None,
        browser: Some(unique_token()),
        customer: Some(customer),
        ..code_request(contact(email), unique_token())
    };
    let id = request_code(store, request).await.otp;
    otp(store, id).await.customer_id.is_none()
}
