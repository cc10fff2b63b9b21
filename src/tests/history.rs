//! Without the key, nobody can change the history unnoticed.

use doorcode::server::{
    domain::{
        ChainDigest,
        chain::{Broken, ChainFault},
    },
    operator::{ChainReport, HistoryError},
};

use crate::support::{MINUTE, TestApp, other_than, without_contact_limits};

/// An application with a history of at least 14 rows: two sign-ins, each with wrong codes and a
/// sign-out. The table `kept` holds a copy of the sealed rows.
async fn app_with_history() -> TestApp {
    let app = TestApp::new().await;
    for _ in 0..2 {
        let (mut browser, code) = app.browser_with_code().await;
        for _ in 0..3 {
            browser.verify(&other_than(&code)).await;
        }
        browser.verify(&code).await;
        browser.post("/otp/logout/", &[]).await;
        app.advance(MINUTE);
    }
    seal(&app).await;
    app.execute("CREATE TABLE kept AS SELECT * FROM otp_history")
        .await;
    app
}

async fn seal(app: &TestApp) {
    app.operator().seal_history().await.expect("sealed");
}

async fn put_back(app: &TestApp) {
    let restore = "DELETE FROM otp_history; INSERT INTO otp_history SELECT * FROM kept;
                   UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM kept) WHERE name = 'otp_history'";
    app.execute(restore).await;
    assert!(verify(app).await.is_ok());
}

async fn verify(app: &TestApp) -> Result<ChainReport, Broken> {
    seal(app).await;
    app.operator()
        .verify_history(None)
        .await
        .map_err(|error| match error {
            HistoryError::Broken(broken) => broken,
            HistoryError::Store(error) => panic!("{error}"),
        })
}

#[tokio::test]
async fn an_unchanged_history_is_intact() {
    let app = app_with_history().await;
    let rows = app.number("SELECT count(*) FROM otp_history").await;
    let whole = verify(&app).await.expect("a whole history");
    assert_eq!(
        (i64::try_from(whole.rows), whole.first, whole.last),
        (Ok(rows), 1, rows)
    );
    assert!(rows >= 14, "{rows}");
}

#[tokio::test]
async fn a_change_of_any_column_is_reported_with_its_row() {
    let app = app_with_history().await;
    for change in [
        "otp_id = coalesce(otp_id, 0) + 1",
        "otp_id = NULL",
        "customer_id = 2",
        "otp_type = 'phone'",
        "contact = 'x***@example.com'",
        "event = 'verified'",
        "at = at - 1",
        "ip_prefix = '198.51.100.0/24'",
        "user_agent = 'Another'",
        "previous = zeroblob(32)",
        "previous = NULL",
        "key_id = '0123456789abcdef'",
        "digest = zeroblob(32)",
        "digest = NULL",
        "seal = zeroblob(32)",
        "seal = NULL",
    ] {
        app.execute(&format!("UPDATE otp_history SET {change} WHERE id = 5"))
            .await;
        assert_eq!(
            verify(&app).await.expect_err("a broken history").row,
            5,
            "{change}"
        );
        put_back(&app).await;
    }
}

#[tokio::test]
async fn deleted_swapped_and_inserted_rows_are_reported() {
    let app = app_with_history().await;
    let newest = app.number("SELECT max(id) FROM otp_history").await;
    let swap =
        "UPDATE otp_history SET id = -5 WHERE id = 5; UPDATE otp_history SET id = 5 WHERE id = 6;
                UPDATE otp_history SET id = 6 WHERE id = -5";
    let forge = "INSERT INTO otp_history (event, at, customer_id) VALUES ('verified', 0, 1)";
    let copy = "INSERT INTO otp_history (event, at, customer_id, previous, key_id, digest, seal)
                SELECT event, at, customer_id, previous, key_id, digest, seal FROM kept WHERE id = 5";
    let before_all = "INSERT INTO otp_history SELECT 0, otp_id, customer_id, otp_type, contact, event, at, ip_prefix,
                      user_agent, previous, key_id, digest, seal, mac FROM kept WHERE id = 1";
    // A row is deleted, the later rows are renumbered, and their seals are removed. The sealer must
    // not take them for new rows and seal them again.
    let unsealed = "DELETE FROM otp_history WHERE id = 5; UPDATE otp_history SET id = id - 1 WHERE id > 5;
                    UPDATE otp_history SET previous = NULL, digest = NULL, seal = NULL WHERE id >= 5";
    for (tampering, row) in [
        (unsealed, 5),
        ("DELETE FROM otp_history WHERE id = 5", 6),
        (swap, 5),
        ("UPDATE otp_history SET id = 1000 WHERE id = 5", 6),
        (forge, newest + 1),
        (copy, newest + 1),
        (before_all, 0),
    ] {
        app.execute(tampering).await;
        assert_eq!(
            verify(&app).await.expect_err("a broken history").row,
            row,
            "{tampering}"
        );
        put_back(&app).await;
    }
}

#[tokio::test]
async fn truncation_is_detected_by_a_noted_digest_and_by_the_next_row() {
    let app = app_with_history().await;
    let noted: ChainDigest = verify(&app).await.expect("a whole history").head;
    app.signed_in_browser().await;
    let holds = async || {
        app.operator()
            .verify_history(Some(noted))
            .await
            .expect("a whole history")
            .holds_noted
    };
    assert!(holds().await, "the history may grow");
    app.execute("DELETE FROM otp_history WHERE id >= (SELECT max(id) FROM kept)")
        .await;
    assert!(!holds().await);
    let last = app.number("SELECT max(id) FROM otp_history").await;
    app.advance(MINUTE);
    app.signed_in_browser().await;
    assert_eq!(
        verify(&app).await.expect_err("a gap").fault,
        ChainFault::DoesNotFollow
    );
    assert!(verify(&app).await.expect_err("a gap").row > last);
}

#[tokio::test]
async fn the_oldest_rows_may_be_deleted() {
    let app = app_with_history().await;
    app.execute("DELETE FROM otp_history WHERE id < 5").await;
    assert_eq!(verify(&app).await.expect("a whole history").first, 5);
    app.execute("DELETE FROM otp_history").await;
    app.signed_in_browser().await;
    assert!(verify(&app).await.is_ok());
}

#[tokio::test]
async fn rows_older_than_the_chain_are_sealed_once() {
    let rows = "INSERT INTO otp_history (otp_id, customer_id, otp_type, contact, event, at) VALUES
                (1, 1, 'email', 'd***@wastebilling.local', 'requested', 1763800000000),
                (1, 1, 'email', 'd***@wastebilling.local', 'sent', 1763800001000),
                (1, 1, 'email', 'd***@wastebilling.local', 'verified', 1763800002000)";
    let app = TestApp::upgraded(4, rows, "2026-11-22T12:00:00Z".parse().expect("an instant")).await;
    assert_eq!(verify(&app).await.expect("a whole history").rows, 3);
    app.execute(
        "UPDATE otp_history SET previous = NULL, key_id = NULL, digest = NULL, seal = NULL",
    )
    .await;
    let app = app.restarted().await;
    assert_eq!(
        verify(&app).await,
        Err(Broken {
            row: 1,
            fault: ChainFault::Unsealed
        }),
        "later nothing is sealed without its MAC"
    );
}

#[tokio::test]
async fn unsealed_rows_are_counted() {
    let app = app_with_history().await;
    app.browser_with_code().await;
    let report = app
        .operator()
        .verify_history(None)
        .await
        .expect("a whole history");
    assert_eq!(report.unsealed, 2, "requested and sent");
    seal(&app).await;
    let sealed = app
        .operator()
        .verify_history(None)
        .await
        .expect("a whole history");
    assert_eq!((sealed.unsealed, sealed.rows), (0, report.rows + 2));
}

#[tokio::test]
async fn a_row_changed_before_sealing_is_not_sealed() {
    let app = app_with_history().await;
    app.browser_with_code().await;
    let newest = app.number("SELECT max(id) FROM otp_history").await;
    app.execute(
        "UPDATE otp_history SET event = 'verified' WHERE id = (SELECT max(id) FROM otp_history)",
    )
    .await;
    assert_eq!(
        verify(&app).await,
        Err(Broken {
            row: newest,
            fault: ChainFault::ForgedSeal
        })
    );
    app.browser_with_code().await;
    assert_eq!(
        verify(&app).await.expect_err("a broken history").row,
        newest,
        "rows after it are sealed all the same"
    );
}

#[tokio::test]
async fn concurrent_processes_write_one_chain() {
    let app = TestApp::with(without_contact_limits).await;
    let other = app.restarted_with(without_contact_limits).await;
    let write = async |app: &TestApp| {
        for _ in 0..10 {
            app.browser()
                .request_code("email", crate::support::EMAIL)
                .await;
        }
    };
    futures_util::join!(write(&app), write(&other), write(&app), write(&other));
    assert_eq!(verify(&app).await.expect("a whole history").rows, 40);
}

#[tokio::test]
async fn codes_that_change_nothing_add_no_history_rows() {
    let app = TestApp::new().await;
    let (mut browser, code) = app.browser_with_code().await;
    app.advance(MINUTE * 5);
    for _ in 0..20 {
        browser.verify(&code).await;
    }
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'expired'")
            .await,
        1
    );
    let (mut browser, code) = app.browser_with_code().await;
    for _ in 0..20 {
        browser.verify(&other_than(&code)).await;
    }
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'wrong'")
            .await,
        4
    );
    assert_eq!(
        app.number("SELECT count(*) FROM otp_history WHERE event = 'exhausted'")
            .await,
        1
    );
}
