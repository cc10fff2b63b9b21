//! OTPs: issuing, verifying and using them.

use doorcode::{
    server::{
        domain::{
            CustomerId, DeliveryState, DeliverySubject, FailureReason, LimitPolicy, Origin,
            OtpState, Policy, SessionPolicy, TokenDigest,
            check_code::{Rejection, VerifyRequest},
            customer_changes::NotMe,
            policy::DEVICE_LIFETIME,
            request_code::CodeRequest,
            resend_code::ResendRefusal,
            sign_in::SignInRequest,
        },
        ports::{
            StoreError,
            database::{Removed, Retention},
            history::HistoryOf,
            otps::OtpFilter,
        },
    },
    shared::ContactType,
};
use futures_util::{FutureExt, future::join_all};

use super::{
    BROWSER, DEVICE, MILLISECOND, SESSION, USER, code_request, contact, count_attempt,
    is_invalidated, is_known_device, issue, lease_until, otp, policy, request_code, resend_request,
    sign_in_request, start, stores, stores_with, try_sign_in, unique_token, unlimited,
    verify_request,
};
use crate::support::{DAY, MINUTE, SECOND};

#[tokio::test]
async fn an_attempt_is_counted_exactly_when_the_otp_is_valid() {
    for store in stores().await {
        for milliseconds in [0, 299_999, 300_000, 300_001] {
            for attempts in 0..=5 {
                let id = issue(&*store).await;
                for _ in 0..attempts {
                    assert!(count_attempt(&*store, BROWSER, start()).await.is_some());
                }
                let now = start() + MILLISECOND * milliseconds;
                let before = store
                    .latest_otp(BROWSER)
                    .await
                    .expect("an answer")
                    .expect("an OTP");
                let counted = count_attempt(&*store, BROWSER, now).await;
                assert_eq!(
                    counted.is_some(),
                    before.is_valid(now),
                    "{milliseconds} ms, {attempts} attempts"
                );
                let after = otp(&*store, id).await;
                assert_eq!(
                    after.attempts,
                    before.attempts + u32::from(counted.is_some())
                );
            }
        }
    }
}

#[tokio::test]
async fn a_code_from_another_browser_counts_no_attempt() {
    for store in stores().await {
        issue(&*store).await;
        let other = store
            .count_attempt(verify_request(SESSION, start()))
            .await
            .expect("an answer");
        assert_eq!(other.err(), Some(Rejection::NoOtp));
        assert_eq!(
            store
                .latest_otp(BROWSER)
                .await
                .expect("an answer")
                .expect("an OTP")
                .attempts,
            0
        );
    }
}

#[tokio::test]
async fn abandoned_reads_leave_no_transaction_open() {
    for store in stores().await {
        issue(&*store).await;
        for _ in 0..200 {
            // The first poll sends the query. Its result is hardly ever ready at once.
            drop(store.latest_otp(BROWSER).now_or_never());
        }
        let reads = join_all((0..200).map(|_| store.latest_otp(BROWSER))).await;
        assert!(reads.iter().all(|read| matches!(read, Ok(Some(_)))));
    }
}

#[tokio::test]
async fn an_otp_signs_in_once_and_its_secrets_are_deleted() {
    for store in stores().await {
        let id = issue(&*store).await;
        assert!(try_sign_in(&*store, sign_in_request(id)).await);
        assert!(
            !try_sign_in(
                &*store,
                SignInRequest {
                    session: TokenDigest([3; 32]),
                    ..sign_in_request(id)
                }
            )
            .await
        );
        let otp = store
            .latest_otp(BROWSER)
            .await
            .expect("an answer")
            .expect("an OTP");
        assert_eq!((otp.state(start()), otp.nonce), (OtpState::Verified, None));
        let (session, customer) = store
            .session(SESSION)
            .await
            .expect("an answer")
            .expect("a session");
        assert_eq!(session.contact_type, Some(ContactType::Email));
        assert_eq!(session.contact_value.as_deref(), Some("User@Example.com"));
        assert!(session.authenticated && session.customer_id.is_some());
        assert_eq!(customer.map(|customer| customer.id), session.customer_id);
        assert!(
            store.session(BROWSER).await.expect("an answer").is_none(),
            "the pre-auth session ends"
        );
    }
}

#[tokio::test]
async fn a_revoked_otp_signs_nobody_in() {
    for store in stores().await {
        let id = issue(&*store).await;
        store
            .forget(BROWSER, &Origin::default(), start())
            .await
            .expect("forgotten");
        assert!(count_attempt(&*store, BROWSER, start()).await.is_none());
        assert!(!try_sign_in(&*store, sign_in_request(id)).await);
        assert!(store.session(SESSION).await.expect("an answer").is_none());
        let (pre_auth, _) = store
            .session(BROWSER)
            .await
            .expect("an answer")
            .expect("a session");
        assert_eq!(
            (pre_auth.contact_type, pre_auth.contact_value),
            (None, None)
        );
    }
}

#[tokio::test]
async fn a_code_for_another_contact_revokes_the_live_codes_of_the_browser() {
    for store in stores().await {
        let (first, other) = (issue(&*store).await, unique_token());
        let others = request_code(&*store, code_request(contact(USER), other))
            .await
            .otp;
        let again = CodeRequest {
            browser: Some(BROWSER),
            ..code_request(contact("other@example.com"), unique_token())
        };
        let requested = request_code(&*store, again).await;
        assert!(requested.keeps_token);
        let state = async |id| otp(&*store, id).await.state(start());
        assert_eq!(state(first).await, OtpState::Revoked);
        assert_eq!(
            (state(others).await, state(requested.otp).await),
            (OtpState::Live, OtpState::Live)
        );
    }
}

#[tokio::test]
async fn a_failed_request_leaves_nothing_behind() {
    for store in stores_with(limited(|limits| limits.browser_codes = 2)).await {
        issue(&*store).await;
        let twice = || CodeRequest {
            message_id: "twice".to_owned(),
            ..code_request(contact(USER), SESSION)
        };
        request_code(&*store, twice()).await;
        assert!(
            matches!(
                store.request_code(twice()).await,
                Err(StoreError::Database(_))
            ),
            "its message has no id"
        );
        assert_eq!(
            store
                .otps(&OtpFilter::default())
                .await
                .expect("a list")
                .len(),
            2
        );
        assert_eq!(store.outbox(10).await.expect("an outbox").len(), 2);
        // The failed request does not count either: the second code of this browser is within the
        // limit.
        request_code(&*store, code_request(contact(USER), SESSION)).await;
        assert!(
            store
                .request_code(code_request(contact(USER), SESSION))
                .await
                .expect("an answer")
                .is_err()
        );
    }
}

#[tokio::test]
async fn otps_can_be_filtered_and_deleted_by_each_property() {
    for store in stores().await {
        let first = issue(&*store).await;
        try_sign_in(&*store, sign_in_request(first)).await;
        let second = issue(&*store).await;
        let by = async |filter: OtpFilter| {
            store
                .otps(&filter)
                .await
                .expect("a list")
                .iter()
                .map(|otp| otp.id)
                .collect::<Vec<_>>()
        };
        let all = OtpFilter::default;
        assert_eq!(by(all()).await, [second, first]);
        assert_eq!(
            by(OtpFilter {
                latest: true,
                ..all()
            })
            .await,
            [second]
        );
        assert_eq!(
            by(OtpFilter {
                id: Some(first),
                ..all()
            })
            .await,
            [first]
        );
        assert_eq!(
            by(OtpFilter {
                is_verified: Some(true),
                ..all()
            })
            .await,
            [first]
        );
        assert_eq!(
            by(OtpFilter {
                is_verified: Some(false),
                ..all()
            })
            .await,
            [second]
        );
        assert_eq!(
            by(OtpFilter {
                otp_type: Some(ContactType::Phone),
                ..all()
            })
            .await,
            []
        );
        assert_eq!(
            by(OtpFilter {
                contact: Some(contact(USER)),
                ..all()
            })
            .await,
            [second, first]
        );
        assert_eq!(
            by(OtpFilter {
                contact: Some(contact("other@example.com")),
                ..all()
            })
            .await,
            []
        );
        assert_eq!(
            by(OtpFilter {
                expired_before: Some(start() + MINUTE * 5),
                ..all()
            })
            .await,
            []
        );
        let unverified = OtpFilter {
            is_verified: Some(false),
            created_before: Some(start() + MINUTE),
            ..all()
        };
        assert_eq!(store.delete_otps(&unverified).await.expect("deleted"), 1);
        let expired = OtpFilter {
            expired_before: Some(start() + DAY),
            ..all()
        };
        assert_eq!(store.delete_otps(&expired).await.expect("deleted"), 1);
        assert_eq!(by(all()).await, []);
        assert!(
            !store
                .history(HistoryOf::Otp(first))
                .await
                .expect("a history")
                .is_empty(),
            "the history stays"
        );
    }
}

#[tokio::test]
async fn a_browser_becomes_known_to_its_customer_and_causes_one_notice() {
    for store in stores().await {
        let other = contact("other@example.com");
        store
            .add_customer("Other", other.email(), None, start())
            .await
            .expect("a customer");
        let first = issue(&*store).await;
        assert!(!is_known_device(&*store, DEVICE, USER, start()).await);
        assert!(try_sign_in(&*store, sign_in_request(first)).await);
        assert!(is_known_device(&*store, DEVICE, USER, start()).await);
        assert!(
            !is_known_device(&*store, DEVICE, other.as_str(), start()).await,
            "it is another customer's"
        );
        assert!(!is_known_device(&*store, DEVICE, "nobody@example.com", start()).await);
        assert!(
            is_known_device(
                &*store,
                DEVICE,
                USER,
                start() + DEVICE_LIFETIME - MILLISECOND
            )
            .await
        );
        assert!(
            !is_known_device(&*store, DEVICE, USER, start() + DEVICE_LIFETIME).await,
            "it was too long ago"
        );
        let second = issue(&*store).await;
        let kept = async |device| {
            let request = VerifyRequest {
                device,
                ..verify_request(BROWSER, start())
            };
            store
                .count_attempt(request)
                .await
                .expect("an answer")
                .is_ok_and(|counted| counted.is_known_device)
        };
        assert!(
            kept(Some(DEVICE)).await,
            "the browser keeps its token, whoever signs in"
        );
        assert!(!kept(Some(SESSION)).await && !kept(None).await);
        assert!(
            try_sign_in(
                &*store,
                SignInRequest {
                    session: TokenDigest([9; 32]),
                    ..sign_in_request(second)
                }
            )
            .await
        );
        let entries = store.outbox(100).await.expect("an outbox");
        assert_eq!(
            entries
                .iter()
                .filter(|entry| entry.kind == "new_sign_in")
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn a_new_browser_replaces_the_one_with_the_oldest_sign_in() {
    for store in stores_with(limited(|limits| limits.devices = 2)).await {
        for (minute, device) in (1..).zip([5, 6, 5, 7]) {
            let id = issue(&*store).await;
            let (session, device) = (unique_token(), TokenDigest([device; 32]));
            let now = start() + MINUTE * minute;
            assert!(
                try_sign_in(
                    &*store,
                    SignInRequest {
                        session,
                        device,
                        now,
                        ..sign_in_request(id)
                    }
                )
                .await
            );
        }
        let now = start() + MINUTE * 4;
        let known =
            async |device| is_known_device(&*store, TokenDigest([device; 32]), USER, now).await;
        assert_eq!(
            [known(5).await, known(6).await, known(7).await],
            [true, false, true]
        );
    }
}

#[tokio::test]
async fn not_me_ends_codes_of_unknown_devices_and_suppresses_the_next_ones() {
    for store in stores().await {
        let otp = issue(&*store).await;
        let not_me = NotMe {
            otp,
            contact: contact(USER),
            until: start() + DAY,
            customer: CustomerId(1),
            ends_sessions: false,
            device: None,
            origin: Origin::default(),
            now: start(),
        };
        store.not_me(not_me).await.expect("done");
        assert!(is_invalidated(&*store, otp).await);
        issue(&*store).await;
        let suppressed = async |now| {
            let mut newest = None;
            let lease = || lease_until(now + MILLISECOND);
            while let Some(delivery) = store
                .claim(ContactType::Email, lease(), now)
                .await
                .expect("an answer")
            {
                newest = Some(delivery);
            }
            match newest.expect("a message").subject {
                DeliverySubject::Code { is_suppressed, .. } => is_suppressed,
                _ => false,
            }
        };
        assert!(suppressed(start() + MINUTE).await);
        assert!(suppressed(start() + DAY - MILLISECOND).await);
        assert!(!suppressed(start() + DAY).await, "it ends");
        let retention = Retention {
            otps_expired_before: start(),
            pre_auth_seen_until: start() - MILLISECOND,
            sessions: SessionPolicy {
                idle: DAY * 2,
                absolute: DAY * 2,
            },
            receipts_before: start(),
            devices_seen_until: start(),
            now: start() + DAY,
        };
        // One suppression. Each of two requests counts the code, the messages of both networks,
        // those of the contact and those of all. One attempt counts for the browser and for both
        // networks. Guesses at the contact and at all contacts are remembered for longer than a
        // day.
        let removed = Removed {
            others: 1 + 2 * 5 + 3,
            ..Removed::default()
        };
        assert_eq!(
            store.delete_expired(&retention).await.expect("deleted"),
            removed
        );
    }
}

#[tokio::test]
async fn expired_rows_are_deleted_at_their_instant_and_not_before() {
    for store in stores().await {
        try_sign_in(&*store, sign_in_request(issue(&*store).await)).await;
        issue(&*store).await;
        let retention = |now| Retention {
            otps_expired_before: now - MINUTE * 10,
            pre_auth_seen_until: now - MINUTE * 15,
            sessions: SessionPolicy {
                idle: DAY,
                absolute: DAY * 2,
            },
            receipts_before: now - DAY,
            devices_seen_until: now - DAY * 180,
            now,
        };
        let deleted = async |now| {
            let Removed { otps, sessions, .. } = store
                .delete_expired(&retention(now))
                .await
                .expect("deleted");
            (otps, sessions)
        };
        assert_eq!(deleted(start() + MINUTE * 15 - MILLISECOND).await, (0, 0));
        assert_eq!(
            deleted(start() + MINUTE * 15).await,
            (0, 1),
            "the pre-auth session"
        );
        assert_eq!(deleted(start() + MINUTE * 15 + MILLISECOND).await, (2, 0));
        assert_eq!(deleted(start() + DAY - MILLISECOND).await, (0, 0));
        assert_eq!(deleted(start() + DAY).await, (0, 1), "the session");
    }
}

#[tokio::test]
async fn a_correct_code_may_be_repeated_three_times_within_ten_seconds() {
    for store in stores().await {
        try_sign_in(&*store, sign_in_request(issue(&*store).await)).await;
        let repeats = async |now| {
            let counted = store
                .count_attempt(verify_request(BROWSER, now))
                .await
                .expect("an answer");
            counted.map(|counted| counted.is_replay)
        };
        assert_eq!(
            repeats(start() + SECOND * 10 + MILLISECOND).await,
            Err(Rejection::AlreadyUsed)
        );
        let at_once = join_all((0..20).map(|_| repeats(start() + SECOND * 10))).await;
        assert_eq!(
            at_once.iter().filter(|repeat| **repeat == Ok(true)).count(),
            3
        );
        assert!(
            at_once
                .iter()
                .all(|repeat| matches!(repeat, Ok(true) | Err(Rejection::AlreadyUsed)))
        );
    }
}

#[tokio::test]
async fn the_command_line_uses_the_newest_otp_of_a_contact_once() {
    for store in stores().await {
        let mut ids = Vec::new();
        for email in ["one@example.com", "two@example.com"] {
            let contact = contact(email);
            let customer = store
                .add_customer("User", contact.email(), None, start())
                .await
                .expect("a customer");
            let request = CodeRequest {
                browser: Some(TokenDigest::COMMAND_LINE),
                typed: None,
                customer: Some(customer),
                ..code_request(contact, TokenDigest::COMMAND_LINE)
            };
            ids.push(request_code(&*store, request).await.otp);
        }
        let request = VerifyRequest {
            contact: Some(contact("one@example.com")),
            ..verify_request(TokenDigest::COMMAND_LINE, start())
        };
        let counted = store.count_attempt(request).await.expect("an answer");
        assert_eq!(counted.map(|counted| counted.otp.id), Ok(ids[0]));
        let uses = join_all((0..10).map(|_| store.use_on_command_line(ids[0], start()))).await;
        assert_eq!(
            uses.into_iter()
                .filter(|used| *used.as_ref().expect("an answer"))
                .count(),
            1
        );
        assert_eq!(otp(&*store, ids[1]).await.state(start()), OtpState::Live);
    }
}

#[tokio::test]
async fn only_five_of_ten_thousand_concurrent_guesses_are_compared() {
    for store in stores().await {
        let id = issue(&*store).await;
        let guesses = (0..10_000).map(|guess| {
            let request = VerifyRequest {
                text: format!("{guess:06}"),
                ..verify_request(BROWSER, start())
            };
            store.count_attempt(request)
        });
        let answers = join_all(guesses).await;
        let counted = answers
            .iter()
            .filter(|answer| matches!(answer, Ok(Ok(_))))
            .count();
        assert_eq!(counted, 5);
        // A busy server compares nothing either.
        assert!(answers.iter().all(|answer| {
            matches!(
                answer,
                Ok(Ok(_) | Err(Rejection::Exhausted)) | Err(StoreError::Busy)
            )
        }));
        assert_eq!(otp(&*store, id).await.attempts, 5);
        let history = store.history(HistoryOf::Otp(id)).await.expect("a history");
        let events: Vec<_> = history.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(
            events,
            ["requested"],
            "codes for no live OTP do not fill it"
        );
    }
}

#[tokio::test]
async fn concurrent_requests_queue_messages_only_up_to_the_limit_of_the_contact() {
    for store in stores_with(limited(|limits| limits.contact_emails = (5, 10))).await {
        issue(&*store).await;
        let requests =
            (1..200).map(|_| store.request_code(code_request(contact(USER), unique_token())));
        let answers = join_all(requests).await;
        assert!(
            answers.iter().all(|answer| matches!(answer, Ok(Ok(_)))),
            "requests of others are not revealed"
        );
        let entries = store.outbox(1_000).await.expect("an outbox");
        let queued = entries
            .iter()
            .filter(|entry| entry.state == DeliveryState::Queued)
            .count();
        let withheld = DeliveryState::Failed(FailureReason::Withheld);
        assert_eq!(
            (
                queued,
                entries
                    .iter()
                    .filter(|entry| entry.state == withheld)
                    .count()
            ),
            (5, 195)
        );
        let otps = store.otps(&OtpFilter::default()).await.expect("a list");
        assert_eq!(
            (
                otps.len(),
                otps.iter().filter(|otp| !otp.is_withheld).count()
            ),
            (200, 5)
        );
    }
}

#[tokio::test]
async fn concurrent_sign_ins_with_one_code_open_one_session() {
    for store in stores().await {
        let id = issue(&*store).await;
        let requests = (0..200).map(|_| {
            let (session, device) = (unique_token(), unique_token());
            store.sign_in(SignInRequest {
                session,
                device,
                notice: super::notice_draft(),
                ..sign_in_request(id)
            })
        });
        let signed_in = join_all(requests).await;
        assert_eq!(
            signed_in
                .into_iter()
                .filter(|answer| answer.as_ref().expect("an answer").is_some())
                .count(),
            1
        );
        let customer = otp(&*store, id).await.customer_id.unwrap_or(CustomerId(0));
        assert_eq!(
            store.sessions_of(customer).await.expect("sessions").len(),
            1
        );
    }
}

#[tokio::test]
async fn concurrent_resends_queue_one_message() {
    for store in stores().await {
        let id = issue(&*store).await;
        let resends = (0..50).map(|_| store.resend_code(resend_request(start() + MINUTE)));
        let answers: Vec<_> = join_all(resends)
            .await
            .into_iter()
            .map(|answer| answer.expect("an answer").map(|_| ()))
            .collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert!(answers.iter().all(|answer| matches!(
            answer,
            Ok(()) | Err(ResendRefusal::Cooldown { seconds: 60 })
        )));
        assert_eq!(
            (
                otp(&*store, id).await.message_count,
                store.outbox(10).await.expect("an outbox").len()
            ),
            (2, 2)
        );
    }
}

fn limited(change: impl FnOnce(&mut LimitPolicy)) -> Policy {
    let mut limits = unlimited();
    change(&mut limits);
    Policy { limits, ..policy() }
}
