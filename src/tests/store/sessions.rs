//! Sessions: renewing, listing and ending them.

use doorcode::server::{
    domain::{
        CustomerId, Event, Origin, Purpose, Session, TokenDigest, request_code::CodeRequest,
        sign_in::Renewal,
    },
    ports::{history::HistoryOf, sessions::SessionToEnd},
};

use super::{
    BROWSER, DEVICE, SESSION, Store, code_request, contact, customers::change, issue, keys, policy,
    request_code, resend_request, sign_in_request, start, stores, try_sign_in,
};
use crate::support::{DAY, MINUTE};

pub(super) const RENEWED: TokenDigest = TokenDigest([5; 32]);

/// Signs in the customer of [`issue`] as [`SESSION`]. Returns the customer and a renewal of that
/// session with an OTP for `purpose`.
pub(super) async fn signed_in(store: &dyn Store, purpose: Purpose) -> (CustomerId, Renewal) {
    assert!(try_sign_in(store, sign_in_request(issue(store).await)).await);
    let customer = store.customers().await.expect("customers")[0].id;
    let request = CodeRequest {
        purpose,
        typed: None,
        browser: Some(TokenDigest([6; 32])),
        customer: Some(customer),
        ..code_request(contact("new@example.com"), TokenDigest([7; 32]))
    };
    let renewal = Renewal {
        otp: request_code(store, request).await.otp,
        purpose,
        session: SESSION,
        renewed: RENEWED,
        key_id: keys().current().id().clone(),
        device: Some(DEVICE),
        origin: Origin::default(),
        now: start(),
    };
    (customer, renewal)
}

/// Returns the session with a token if its customer is signed in.
pub(super) async fn live(store: &dyn Store, token: TokenDigest) -> Option<Session> {
    let (session, _) = store.session(token).await.expect("an answer")?;
    session
        .is_signed_in(&policy().session, &keys(), start())
        .then_some(session)
}

#[tokio::test]
async fn a_session_is_renewed_once_by_an_otp_for_that_purpose() {
    for store in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::StepUp).await;
        let later = start() + MINUTE;
        let renews = async |renewal: &Renewal| {
            store
                .renew(Renewal {
                    now: later,
                    ..renewal.clone()
                })
                .await
                .expect("an answer")
        };
        for wrong in [
            Renewal {
                purpose: Purpose::SignIn,
                ..renewal.clone()
            },
            Renewal {
                purpose: Purpose::ChangeContact,
                ..renewal.clone()
            },
            Renewal {
                session: BROWSER,
                ..renewal.clone()
            },
        ] {
            assert!(!renews(&wrong).await, "{wrong:?}");
        }
        assert!(renews(&renewal).await);
        assert!(!renews(&renewal).await);
        assert!(live(&*store, SESSION).await.is_none());
        let session = live(&*store, RENEWED).await.expect("a session");
        assert_eq!(
            (session.customer_id, session.confirmed_at),
            (Some(customer), Some(later))
        );
        assert_eq!(session.created_at, start(), "the absolute timeout runs on");
    }
}

#[tokio::test]
async fn an_invalidated_otp_neither_renews_nor_opens_a_session() {
    for store in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::StepUp).await;
        let stale = issue(&*store).await;
        assert!(
            store
                .change_contact(change(customer, None))
                .await
                .expect("an answer")
                .is_some()
        );
        assert!(!store.renew(renewal).await.expect("an answer"));
        let mut again = sign_in_request(stale);
        again.session = RENEWED;
        assert!(!try_sign_in(&*store, again).await);
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended_only_for_their_customer() {
    for store in stores().await {
        let (customer, _) = signed_in(&*store, Purpose::StepUp).await;
        let other = CustomerId(customer.0 + 1);
        let sessions = store.sessions_of(customer).await.expect("sessions");
        let id = match &sessions[..] {
            [session] => session.id,
            others => unreachable!("{others:?}"),
        };
        assert!(
            !sessions[0].is_signed_in(&policy().session, &keys(), start() + DAY),
            "it is over by then"
        );
        let end = async |session| {
            store
                .end(session, Event::SessionEnded, &Origin::default(), start())
                .await
                .expect("an answer")
        };
        let end_all = async |customer| {
            store
                .end_all(customer, None, &Origin::default(), start())
                .await
                .expect("an answer")
        };
        assert_eq!(
            (
                end(SessionToEnd::One(other, id)).await,
                end_all(other).await
            ),
            (false, 0)
        );
        assert!(live(&*store, SESSION).await.is_some());
        assert!(end(SessionToEnd::One(customer, id)).await);
        assert_eq!(end_all(customer).await, 0);
        assert!(live(&*store, SESSION).await.is_none());
    }
}

#[tokio::test]
async fn signing_out_ends_a_session_once_and_no_request_revives_it() {
    for store in stores().await {
        let (customer, renewal) = signed_in(&*store, Purpose::StepUp).await;
        let id = live(&*store, SESSION).await.expect("a session").id;
        issue(&*store).await;
        let end = async |token| {
            let session = SessionToEnd::OfToken(token);
            store
                .end(session, Event::LoggedOut, &Origin::default(), start())
                .await
                .expect("an answer")
        };
        assert!(
            !end(BROWSER).await,
            "a sign-in in progress is no session of a customer"
        );
        assert_eq!((end(SESSION).await, end(SESSION).await), (true, false));
        store.touch(id, start() + MINUTE).await.expect("an answer");
        assert!(!store.renew(renewal).await.expect("an answer"));
        assert!(store.session(SESSION).await.expect("an answer").is_none());
        let history = store
            .history(HistoryOf::Customer(customer))
            .await
            .expect("a history");
        assert_eq!(
            history
                .iter()
                .filter(|entry| entry.event == "logged_out")
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn requests_and_resends_update_the_last_use_of_a_session() {
    for store in stores().await {
        signed_in(&*store, Purpose::StepUp).await;
        issue(&*store).await;
        let later = start() + MINUTE;
        let last_seen_at = async |token| {
            let (session, _) = store
                .session(token)
                .await
                .expect("an answer")
                .expect("a session");
            session.last_seen_at
        };
        store
            .touch(live(&*store, SESSION).await.expect("a session").id, later)
            .await
            .expect("touched");
        assert_eq!(
            (last_seen_at(SESSION).await, last_seen_at(BROWSER).await),
            (later, start())
        );
        store
            .resend_code(resend_request(later))
            .await
            .expect("an answer")
            .expect("a message");
        assert_eq!(last_seen_at(BROWSER).await, later);
    }
}
