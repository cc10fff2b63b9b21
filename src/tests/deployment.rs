//! The program on an operator's machine: which files it uses, what it refuses to serve, its log,
//! and backups.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use doorcode::server::store::sqlite;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use crate::support::{PACKAGE, PRODUCTION, Terminal, TestApp};

const NO_LOG: [&str; 2] = ["data/doorcode.db-wal", "data/doorcode.db-shm"];

fn set_mode(terminal: &Terminal, file: &str, mode: u32) {
    fs::set_permissions(terminal.path(file), fs::Permissions::from_mode(mode)).expect("a mode");
}

fn mode(terminal: &Terminal, file: &str) -> u32 {
    let metadata = fs::metadata(terminal.path(file)).expect("a file");
    metadata.permissions().mode() & 0o777
}

fn customers(terminal: &Terminal) -> Vec<String> {
    let printed = terminal.run("customer list --json");
    assert!(printed.success, "{}", printed.err);
    let rows: Vec<Value> = serde_json::from_str(&printed.out).expect("JSON");
    rows.iter()
        .map(|row| row["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn commands_name_the_settings_file_and_the_database() {
    let terminal = Terminal::new();
    let settings = terminal.path("Leptos.toml");
    let (settings, database) = (settings.display(), terminal.path("data/doorcode.db"));
    let expected = format!("Settings: {settings}. Database: {}.\n", database.display());
    for command in [
        "customer list",
        "otp list",
        "outbox list",
        "history verify",
        "check",
        "migrate",
        "backup data/backup.db",
    ] {
        let printed = terminal.run(command);
        assert!(printed.success, "{command}: {}", printed.err);
        assert_eq!(printed.places, expected, "{command}");
    }
    for command in ["policy", "template check"] {
        let printed = terminal.run(command);
        assert_eq!(printed.places, format!("Settings: {settings}.\n"));
    }
    fs::write(
        terminal.path("other.toml"),
        "[database]\nurl = \"sqlite://other.db\"\n",
    )
    .expect("a file");
    let printed = terminal.run("migrate --settings other.toml");
    let other = terminal.path("other.toml");
    assert_eq!(
        printed.places,
        format!(
            "Settings: {}. Database: {}.\n",
            other.display(),
            terminal.path("other.db").display()
        )
    );
    fs::remove_file(terminal.path("Leptos.toml")).expect("a file");
    let printed = terminal.run("customer list");
    assert!(
        printed.success && printed.places.starts_with("Settings: none ("),
        "{}",
        printed.places
    );
}

#[test]
fn without_a_settings_file_nothing_is_created() {
    for command in [
        "customer add --name Ada --email ada@example.com",
        "customer list",
        "otp create --email ada@example.com",
        "otp cleanup",
        "outbox list",
        "history verify",
        "check",
        "check --deploy",
        "migrate",
        "serve",
        "serve --demo-customer",
        "backup backup.db",
    ] {
        let terminal = Terminal::without_settings();
        let printed = terminal.run(command);
        assert!(!printed.success, "{command}: {}", printed.out);
        let created: Vec<_> = fs::read_dir(terminal.directory.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name())
            .filter(|name| name != "target")
            .collect();
        assert!(created.is_empty(), "{command}: {created:?}");
    }
    let terminal = Terminal::without_settings();
    let printed = terminal.run("migrate");
    let expected = "data/doorcode.db was not created, because there is no settings file, and database.url is not set in the environment. \
                    Start the program in the folder of Leptos.toml, or name the file with --settings.\n";
    assert_eq!(printed.err, expected);
    let backup = Terminal::new();
    assert!(backup.run("backup backup.db").success);
    let restore = format!("restore {}", backup.path("backup.db").display());
    assert_eq!(terminal.run(&restore).err, expected);
    assert!(!terminal.path("data").exists());
}

#[test]
fn variables_can_name_the_places_instead_of_a_settings_file() {
    let terminal = Terminal::without_settings();
    let database = ("DOORCODE__DATABASE__URL", "sqlite://doorcode.db");
    let printed = terminal.run_with("migrate", &[database]);
    assert!(printed.err.starts_with("data/doorcode.key was not created"));
    let key = ("DOORCODE__KEYS__FILES", "doorcode.key");
    let printed = terminal.run_with("migrate", &[database, key]);
    assert!(printed.success, "{}", printed.err);
    assert!(terminal.path("doorcode.db").exists() && terminal.path("doorcode.key").exists());
}

#[test]
fn a_command_creates_no_key() {
    let terminal = Terminal::without_database();
    let printed = terminal.run("customer add --name Ada --email ada@example.com");
    assert!(
        !printed.success && printed.err.contains("run doorcode migrate"),
        "{}",
        printed.err
    );
    assert!(!terminal.path("data").exists());
}

#[test]
fn dev_serves_only_this_machine() {
    let terminal = Terminal::new();
    for (name, value, setting) in [
        ("DOORCODE__SERVER__ADDRESS", "0.0.0.0:0", "server.address"),
        ("DOORCODE__SERVER__ADDRESS", "[::]:0", "server.address"),
        ("LEPTOS_SITE_ADDR", "0.0.0.0:0", "server.address"),
        (
            "DOORCODE__BRAND__PUBLIC_URL",
            "https://pay.example.com",
            "brand.public_url",
        ),
        (
            "DOORCODE__BRAND__PUBLIC_URL",
            "http://192.168.1.5:3000",
            "brand.public_url",
        ),
    ] {
        let printed = terminal.run_with("serve", &[(name, value)]);
        let expected = format!("The setting {setting} must be a loopback address");
        assert!(
            !printed.success && printed.err.starts_with(&expected),
            "{value}: {}",
            printed.err
        );
    }
    let url = ("DOORCODE__BRAND__PUBLIC_URL", "http://localhost:3000");
    let server = terminal.serve(&[url]);
    assert!(
        server
            .get("/health/live")
            .expect("a response")
            .ends_with("ok")
    );
}

#[test]
fn production_refuses_http_and_exposed_keys() {
    let terminal = Terminal::new();
    let http = [
        &PRODUCTION[..],
        &[("DOORCODE__BRAND__PUBLIC_URL", "http://pay.example.com")],
    ];
    let printed = terminal.run_with("serve", &http.concat());
    assert!(
        !printed.success
            && printed
                .err
                .starts_with("The setting brand.public_url must be an https URL"),
        "{}",
        printed.err
    );
    fs::write(terminal.path("dkim.key"), "a key").expect("a file");
    let dkim = [
        ("DOORCODE__EMAIL__DKIM__DOMAIN", "wastebilling.local"),
        ("DOORCODE__EMAIL__DKIM__SELECTOR", "mail"),
        ("DOORCODE__EMAIL__DKIM__KEY_FILE", "dkim.key"),
    ];
    for (file, others) in [("data/doorcode.key", &[][..]), ("dkim.key", &dkim)] {
        for exposed in [0o644, 0o640, 0o604] {
            set_mode(&terminal, file, exposed);
            let printed = terminal.run_with("serve", &[&PRODUCTION[..], others].concat());
            let expected = format!("The key file {file} (setting ");
            assert!(
                !printed.success && printed.err.starts_with(&expected),
                "{}",
                printed.err
            );
        }
        set_mode(&terminal, file, 0o600);
    }
    assert!(terminal.serve_in_production(&[]).stop().success());
}

#[test]
fn production_never_creates_a_database() {
    let terminal = Terminal::new();
    let database = terminal.path("data/doorcode.db");
    fs::remove_file(&database).expect("a database");
    let printed = terminal.run_with("serve", &PRODUCTION);
    assert!(
        !printed.success && printed.err.contains("it does not exist"),
        "{}",
        printed.err
    );
    assert!(!database.exists());
    fs::write(&database, "").expect("an empty file");
    assert!(!terminal.run_with("serve", &PRODUCTION).success);
    fs::remove_file(&database).expect("a file");
    assert!(terminal.run_with("migrate", &PRODUCTION).success);
    assert!(terminal.serve_in_production(&[]).stop().success());
}

#[test]
fn check_deploy_names_a_missing_or_foreign_site() {
    let terminal = Terminal::new();
    let site = "The site has no file ";
    assert!(!terminal.run("check --deploy").err.contains(site));
    let missing = ("DOORCODE__SERVER__SITE_ROOT", "nowhere");
    let printed = terminal.run_with("check --deploy", &[missing]);
    assert!(
        !printed.success && printed.err.contains(site),
        "{}",
        printed.err
    );
    let script = terminal.path(PACKAGE).join("doorcode.js");
    fs::rename(&script, script.with_file_name("doorcode.0a1b2c.js")).expect("renamed");
    for command in ["check --deploy", "serve"] {
        let printed = terminal.run(command);
        assert!(
            !printed.success && printed.err.contains("target/site/pkg/doorcode.js"),
            "{command}: {}",
            printed.err
        );
    }
}

#[test]
fn check_deploy_names_every_file_that_others_can_read() {
    let terminal = Terminal::new();
    for file in ["dkim.key", "vonage.key", "data/notes"] {
        fs::write(terminal.path(file), "text").expect("a file");
        set_mode(&terminal, file, 0o644);
    }
    assert!(terminal.run("backup data/nightly").success);
    assert_eq!(mode(&terminal, "data/nightly"), 0o600);
    fs::copy(
        terminal.path("data/doorcode.db"),
        terminal.path("data/doorcode.db.old"),
    )
    .expect("copied");
    let secrets = [
        ("DOORCODE__EMAIL__DKIM__DOMAIN", "wastebilling.local"),
        ("DOORCODE__EMAIL__DKIM__SELECTOR", "mail"),
        ("DOORCODE__EMAIL__DKIM__KEY_FILE", "dkim.key"),
        ("DOORCODE__SMS__BACKEND", "gateways"),
        ("DOORCODE__SMS__GATEWAYS", "main"),
        ("DOORCODE__SMS__GATEWAY__MAIN__KIND", "vonage"),
        ("DOORCODE__SMS__GATEWAY__MAIN__APPLICATION_ID", "a"),
        (
            "DOORCODE__SMS__GATEWAY__MAIN__PRIVATE_KEY_FILE",
            "vonage.key",
        ),
        ("DOORCODE__SMS__GATEWAY__MAIN__FROM", "Brand"),
    ];
    let files = [
        "data/doorcode.key",
        "data/doorcode.db",
        "data/doorcode.db.old",
        "data/nightly",
    ];
    for (modes, is_named) in [(0o644, true), (0o640, true), (0o600, false)] {
        for file in files {
            set_mode(&terminal, file, modes);
        }
        let printed = terminal.run_with("check --deploy", &secrets);
        for file in files {
            let advice = format!("readable by others; run chmod 600 {file}.");
            assert_eq!(printed.err.contains(&advice), is_named, "{}", printed.err);
        }
        for file in ["dkim.key", "vonage.key"] {
            assert!(
                printed
                    .err
                    .contains(&format!("The key file {file} (setting "))
            );
        }
        assert!(!printed.err.contains("data/notes"), "{}", printed.err);
    }
}

#[test]
fn the_production_log_is_json_from_the_start_and_names_the_files() {
    let terminal = Terminal::new();
    set_mode(&terminal, "data/doorcode.db", 0o644);
    let server = terminal.serve_in_production(&[]);
    let lines: Vec<Value> = server
        .log
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let fields = &lines.last().expect("a line")["fields"];
    let absolute = |file| terminal.path(file).display().to_string();
    assert_eq!(
        (&fields["settings"], &fields["database"]),
        (
            &Value::from(absolute("Leptos.toml")),
            &Value::from(absolute("data/doorcode.db"))
        )
    );
    assert!(
        lines.iter().any(|line| line["fields"]["problem"]
            .as_str()
            .is_some_and(|problem| problem.contains("run chmod 600 data/doorcode.db."))),
        "{}",
        server.log
    );
    assert!(server.stop().success());
}

#[test]
fn a_log_that_nobody_reads_stops_no_request() {
    let terminal = Terminal::new();
    let server = terminal.serve(&[("RUST_LOG", "trace")]);
    // A pipe holds 64 KiB, which is less than the lines of these requests.
    for number in 0..500 {
        let response = server.get("/health/live");
        assert!(
            response.is_ok_and(|response| response.ends_with("ok")),
            "request {number}"
        );
    }
    assert!(server.stop().success());
}

#[test]
fn a_stopped_server_leaves_everything_in_one_file() {
    let terminal = Terminal::new();
    let server = terminal.serve(&[]);
    assert!(terminal.run("backup backup.db").success);
    assert!(
        terminal
            .run("customer add --name Late --email late@example.com")
            .success
    );
    assert!(server.stop().success());
    for file in NO_LOG {
        assert!(!terminal.path(file).exists(), "{file}");
    }
    assert_eq!(customers(&terminal), ["Demo", "Late"]);
    for file in NO_LOG {
        assert!(!terminal.path(file).exists(), "{file}");
    }
    // A backup that is only copied into place is not mixed with newer changes.
    fs::copy(
        terminal.path("backup.db"),
        terminal.path("data/doorcode.db"),
    )
    .expect("copied");
    assert_eq!(customers(&terminal), ["Demo"]);
    assert!(terminal.run("history verify").success);
}

#[test]
fn a_backup_is_restored_after_a_clean_stop_and_after_a_crash() {
    for crashes in [false, true] {
        let terminal = Terminal::new();
        terminal.create("--email demo@wastebilling.local");
        let server = terminal.serve(&[]);
        let printed = terminal.run("backup backup.db");
        assert_eq!(printed.out, "The backup is backup.db.\n", "{}", printed.err);
        assert_eq!(mode(&terminal, "backup.db"), 0o600);
        assert!(
            terminal
                .run("customer add --name Late --email late@example.com")
                .success
        );
        if crashes {
            server.kill();
            assert!(terminal.path(NO_LOG[0]).exists());
        } else {
            assert!(server.stop().success());
        }
        let printed = terminal.run("restore backup.db");
        assert!(printed.success, "{}", printed.err);
        assert_eq!(customers(&terminal), ["Demo"]);
        assert!(
            terminal
                .run("history verify")
                .out
                .contains("is intact: 1 rows")
        );
        assert_eq!(mode(&terminal, "data/doorcode.db"), 0o600);
        let replaced = printed
            .out
            .lines()
            .find_map(|line| line.strip_prefix("The database that it replaces is now "))
            .and_then(|rest| rest.split(". ").next())
            .expect("a path");
        fs::rename(terminal.path(replaced), terminal.path("data/doorcode.db")).expect("put back");
        assert_eq!(customers(&terminal), ["Demo", "Late"]);
        let server = terminal.serve(&[]);
        assert!(
            server
                .get("/health/ready")
                .expect("a response")
                .ends_with("ok")
        );
    }
}

#[tokio::test]
async fn a_restored_backup_revives_no_session_and_no_code() {
    let app = TestApp::new().await;
    app.signed_in_browser().await;
    app.browser_with_code().await;
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup.db");
    let url = |file: &Path| format!("sqlite://{}", file.display());
    sqlite::back_up(&url(&app.database()), &backup)
        .await
        .expect("a backup");
    let restored = folder.path().join("restored.db");
    sqlite::restore(&url(&restored), &backup, Timestamp::UNIX_EPOCH)
        .await
        .expect("restored");
    let counts = async |file: &Path| {
        let mut database = SqliteConnection::connect(&url(file))
            .await
            .expect("a database");
        let counts: (i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM customers),
                    (SELECT count(*) FROM otps WHERE is_verified = 0 AND nonce IS NOT NULL)",
        )
        .fetch_one(&mut database)
        .await
        .expect("counts");
        counts
    };
    assert_eq!(counts(&backup).await, (2, 1, 1));
    assert_eq!(counts(&restored).await, (0, 1, 0));
}

#[test]
fn a_backup_is_restored_over_a_damaged_or_missing_database() {
    let terminal = Terminal::new();
    assert!(terminal.run("backup backup.db").success);
    fs::write(terminal.path("data/doorcode.db"), "damaged").expect("damaged");
    fs::write(terminal.path("data/doorcode.db-wal"), "damaged").expect("damaged");
    assert!(!terminal.run("customer list").success);
    let printed = terminal.run("restore backup.db");
    assert!(printed.success, "{}", printed.err);
    assert_eq!(customers(&terminal), ["Demo"]);
    fs::remove_file(terminal.path("data/doorcode.db")).expect("a database");
    let printed = terminal.run("restore backup.db");
    assert!(
        printed.success && printed.out.lines().count() == 1,
        "{}",
        printed.err
    );
    assert_eq!(customers(&terminal), ["Demo"]);
}

#[test]
fn nothing_is_restored_while_the_database_is_in_use_or_from_a_bad_backup() {
    let terminal = Terminal::new();
    assert!(terminal.run("backup backup.db").success);
    let again = terminal.run("backup backup.db");
    assert!(
        !again.success && again.err.contains("exists"),
        "{}",
        again.err
    );
    assert!(
        terminal
            .run("customer add --name Late --email late@example.com")
            .success
    );
    let server = terminal.serve(&[]);
    let printed = terminal.run("restore backup.db");
    assert!(
        !printed.success && printed.err.contains("is in use"),
        "{}",
        printed.err
    );
    assert!(
        server
            .get("/health/ready")
            .expect("a response")
            .ends_with("ok")
    );
    assert!(server.stop().success());
    fs::write(terminal.path("text"), "no database").expect("a file");
    fs::write(terminal.path("empty"), "").expect("a file");
    for backup in ["text", "empty", "missing"] {
        let printed = terminal.run(&format!("restore {backup}"));
        let expected = format!("The backup {backup} cannot be restored: ");
        assert!(
            !printed.success && printed.err.starts_with(&expected),
            "{}",
            printed.err
        );
    }
    assert_eq!(customers(&terminal), ["Demo", "Late"]);
    assert!(!terminal.path("data/doorcode.db-restore").exists());
}
