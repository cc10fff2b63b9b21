//! The program as operators run it from the command line.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use crate::support::{PACKAGE, Terminal};

#[test]
fn an_otp_is_created_and_verified_with_the_right_code_only() {
    let terminal = Terminal::new();
    let code = terminal.create("--email demo@wastebilling.local");
    let wrong = crate::support::other_than(&code);
    let printed = terminal.run(&format!(
        "otp verify --email demo@wastebilling.local --code {wrong}"
    ));
    assert!(
        !printed.success && printed.err.contains("4 attempts remain"),
        "{}",
        printed.err
    );
    let printed = terminal.run(&format!(
        "otp verify --email demo@wastebilling.local --code {code}"
    ));
    assert!(
        printed.success && printed.out.contains("OTP 1 is verified."),
        "{}",
        printed.err
    );
    assert!(
        !terminal
            .run(&format!(
                "otp verify --email demo@wastebilling.local --code {code}"
            ))
            .success
    );
}

#[test]
fn a_code_is_shown_only_when_asked_for() {
    let terminal = Terminal::new();
    let printed = terminal.run("otp create --phone +12025550123");
    assert!(
        printed.success && !printed.out.contains("Code") && printed.out.contains("+1********23"),
        "{}",
        printed.out
    );
}

#[test]
fn otps_can_be_filtered_by_each_property() {
    let terminal = Terminal::new();
    let code = terminal.create("--email demo@wastebilling.local");
    terminal.create("--phone +12025550123");
    terminal.run(&format!(
        "otp verify --email demo@wastebilling.local --code {code}"
    ));
    let ids = |arguments: &str| {
        let printed = terminal.run(&format!("otp list --json {arguments}"));
        assert!(printed.success, "{}", printed.err);
        let rows: serde_json::Value = serde_json::from_str(&printed.out).expect("JSON");
        rows.as_array()
            .expect("rows")
            .iter()
            .map(|row| row["id"].as_i64().expect("an id"))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("--latest"), [2]);
    assert_eq!(ids("--email demo@wastebilling.local"), [1]);
    assert_eq!(ids("--phone 2025550123"), [2]);
    assert_eq!(ids("--type phone"), [2]);
    assert_eq!(ids("--verified yes"), [1]);
    assert_eq!(ids("--verified no"), [2]);
    let table = terminal.run("otp list").out;
    assert!(
        table.starts_with("ID") && table.contains("verified") && !table.contains(&code),
        "{table}"
    );
}

#[test]
fn otps_are_deleted_by_id_by_expiry_and_by_age() {
    let terminal = Terminal::new();
    terminal.create("--email demo@wastebilling.local");
    terminal.create("--email demo@wastebilling.local");
    assert_eq!(terminal.run("otp delete --id 1").out, "Deleted 1 OTPs.\n");
    assert_eq!(
        terminal.run("otp delete --id 1").err,
        "There is no OTP with this number.\n"
    );
    assert_eq!(
        terminal.run("otp delete --expired").out,
        "Deleted 0 OTPs.\n"
    );
    let clock = terminal.directory.path().join("clock");
    let later = [(
        "DOORCODE__SERVER__CLOCK_OFFSET_FILE",
        clock.to_str().expect("a path"),
    )];
    std::fs::write(&clock, "301").expect("a clock");
    assert_eq!(
        terminal.run_with("otp delete --unverified", &later).out,
        "Deleted 0 OTPs.\n"
    );
    assert_eq!(
        terminal.run_with("otp cleanup", &later).out,
        "Deleted 1 expired OTPs and 0 sessions.\n"
    );
    terminal.create("--email demo@wastebilling.local");
    std::fs::write(&clock, "3700").expect("a clock");
    assert_eq!(
        terminal.run_with("otp delete --unverified", &later).out,
        "Deleted 1 OTPs.\n"
    );
}

#[test]
fn customers_are_added_once_and_listed() {
    let terminal = Terminal::new();
    let again = "customer add --name Again --email demo@wastebilling.local";
    let printed = terminal.run(again);
    assert!(
        !printed.success && printed.err.contains("exists already"),
        "{}",
        printed.err
    );
    assert!(terminal.run(&format!("{again} --if-missing")).success);
    let rows: serde_json::Value =
        serde_json::from_str(&terminal.run("customer list --json").out).expect("JSON");
    assert_eq!(rows[0]["email"], "demo@wastebilling.local");
    assert_eq!(
        terminal.run("customer add --name X --email nope").err,
        "The customer was not added: the email address is not valid.\n"
    );
}

#[test]
fn contacts_that_break_the_rules_need_force() {
    let terminal = Terminal::new();
    for contact in ["--email a..b@docomo.ne.jp", "--phone +12115550123"] {
        let add = format!("customer add --name X {contact}");
        let change = format!("customer change --id 1 {contact}");
        for command in [&change, &add] {
            let refused = terminal.run(command);
            assert!(
                !refused.success && refused.err.contains("--force"),
                "{}",
                refused.err
            );
        }
        let forced = terminal.run(&format!("{add} --force"));
        assert!(forced.success, "{}", forced.err);
    }
    let rows: serde_json::Value =
        serde_json::from_str(&terminal.run("customer list --json").out).expect("JSON");
    assert_eq!(rows[1]["email"], "a..b@docomo.ne.jp");
    assert_eq!(rows[2]["phone"], "+12115550123");
    let refused = terminal.run("customer add --name X --email jos\u{e9}@example.com --force");
    assert_eq!(
        refused.err,
        "The customer was not added: letters beyond ASCII before the @ are not supported, because \
         many mail servers refuse them.\n"
    );
    let pasted = "customer add --name X --email <Eve@example.com>, --phone tel:001-202-555-0177";
    assert!(terminal.run(pasted).success);
    let found = terminal.run("otp list --email \u{202a}eve@example.com\u{202c} --json");
    assert!(found.success, "{}", found.err);
}

#[test]
fn test_messages_go_through_the_configured_backends() {
    let terminal = Terminal::new();
    assert!(
        terminal
            .run("email test --to you@example.com")
            .out
            .contains("This is a test")
    );
    assert!(
        terminal
            .run("sms test --to +12025550199")
            .out
            .contains("This is a test")
    );
    let variables = [
        ("DOORCODE__EMAIL__BACKEND", "smtp"),
        ("DOORCODE__EMAIL__URL", "smtp://127.0.0.1:1"),
    ];
    let printed = terminal.run_with("email test --to you@example.com", &variables);
    assert!(
        !printed.success && printed.err == "The test mail was not accepted by smtp.\n",
        "{}",
        printed.err
    );
    assert!(printed.out.contains(
        "Failed: it does not accept connections (connection refused). Check host and port"
    ));
    let variables = [
        ("DOORCODE__EMAIL__BACKEND", "file"),
        ("DOORCODE__EMAIL__DIRECTORY", "letters"),
    ];
    let printed = terminal.run_with("email test --to you@example.com", &variables);
    let file = printed
        .out
        .trim_end()
        .trim_end_matches('.')
        .rsplit(' ')
        .next()
        .map(|file| terminal.directory.path().join(file));
    assert!(
        file.is_some_and(|file| file.is_file()),
        "{}{}",
        printed.out,
        printed.err
    );
}

#[test]
fn check_deploy_names_each_problem_and_fails() {
    let terminal = Terminal::new();
    let key = terminal.directory.path().join("data/doorcode.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let printed = terminal.run("check --deploy");
    assert!(!printed.success);
    for expected in [
        "server.env is DEV",
        "brand.public_url is http",
        "email.backend is console",
        "sms.backend is console",
        "readable by others",
        "reveal",
    ] {
        assert!(
            printed.err.contains(expected),
            "{expected}: {}",
            printed.err
        );
    }
    assert!(terminal.run("check").success);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    let ready = [
        ("DOORCODE__SERVER__ENV", "PROD"),
        ("DOORCODE__BRAND__PUBLIC_URL", "https://pay.example.com"),
        ("DOORCODE__EMAIL__BACKEND", "smtp"),
        (
            "DOORCODE__EMAIL__URL",
            "smtps://user:secret@mail.example.com",
        ),
        ("DOORCODE__SMS__BACKEND", "none"),
    ];
    let printed = terminal.run_with("check --deploy", &ready);
    assert!(printed.success, "{}", printed.err);
}

#[test]
fn check_prints_the_odds_and_refuses_bad_odds_unless_accepted() {
    let terminal = Terminal::new();
    let printed = terminal.run("check");
    assert!(
        printed.success && printed.out.contains("for one account in a year"),
        "{}",
        printed.out
    );
    let year = printed
        .out
        .lines()
        .find(|line| line.contains("for one account in a year"))
        .expect("a line");
    let odds: u32 = year
        .rsplit(' ')
        .next()
        .expect("a number")
        .parse()
        .expect("a number");
    assert!(odds >= 10_000, "{year}");
    let without_texts = terminal.run_with("check", &[("DOORCODE__SMS__BACKEND", "none")]);
    assert!(
        without_texts.out.contains("1 in 16280"),
        "{}",
        without_texts.out
    );
    let lax = ("DOORCODE__LIMITS__CONTACT_EMAILS_PER_DAY", "50000");
    for command in ["check", "serve"] {
        let printed = terminal.run_with(command, &[lax]);
        let names = printed.err.contains("leave a chance of 1 in ")
            && printed.err.contains("otp.accept_odds");
        assert!(
            !printed.success && names && printed.err.lines().count() == 1,
            "{}",
            printed.err
        );
    }
    let printed = terminal.run_with("check", &[lax, ("DOORCODE__OTP__ACCEPT_ODDS", "900")]);
    assert!(!printed.success, "it is worse than that: {}", printed.out);
    assert!(
        terminal
            .run_with("check", &[lax, ("DOORCODE__OTP__ACCEPT_ODDS", "100")])
            .success
    );
}

#[test]
fn the_policy_in_the_docs_matches_the_defaults() {
    let printed = Terminal::new().run("policy");
    let docs = include_str!("../../docs/security.md");
    let (_, rest) = docs
        .split_once("<!-- policy: printed by doorcode policy -->")
        .expect("the table's begin");
    let (table, _) = rest
        .split_once("<!-- /policy -->")
        .expect("the table's end");
    assert_eq!(
        table.trim(),
        printed.out.trim(),
        "put what `doorcode policy` prints into docs/security.md"
    );
}

#[test]
fn the_site_of_another_build_is_refused_before_anything_is_created() {
    let terminal = Terminal::without_database();
    let style = terminal.directory.path().join(PACKAGE).join("doorcode.css");
    std::fs::remove_file(style).expect("a file");
    let printed = terminal.run("serve");
    assert!(
        !printed.success
            && printed
                .err
                .contains("The site has no file target/site/pkg/doorcode.css."),
        "{}",
        printed.err
    );
    assert!(!terminal.directory.path().join("data").exists());
}

#[test]
fn serve_adds_the_demo_customer_but_not_in_production() {
    let terminal = Terminal::without_database();
    let production = ("DOORCODE__SERVER__ENV", "PROD");
    let printed = terminal.run_with("serve --demo-customer", &[production]);
    assert!(
        !printed.success && printed.err.contains("--demo-customer must not be used"),
        "{}",
        printed.err
    );
    let mut server = Command::new(env!("CARGO_BIN_EXE_doorcode"))
        .args(["serve", "--demo-customer"])
        .env("DOORCODE__SERVER__ADDRESS", "127.0.0.1:0")
        .current_dir(terminal.directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let output = BufReader::new(server.stdout.take().expect("its output"));
    let printed = output
        .lines()
        .map_while(Result::ok)
        .find(|line| line.starts_with("Sign in as demo@wastebilling.local"));
    server.kill().expect("a server to kill");
    server.wait().expect("its end");
    assert!(printed.is_some());
    assert!(
        terminal
            .run("customer list")
            .out
            .contains("demo@wastebilling.local")
    );
}

#[test]
fn codes_never_go_to_a_production_log() {
    let printed = Terminal::new().run_with("serve", &[("DOORCODE__SERVER__ENV", "PROD")]);
    assert!(
        !printed.success && printed.err.contains("email.backend must not be"),
        "{}",
        printed.err
    );
    let mail_only = [
        ("DOORCODE__SERVER__ENV", "PROD"),
        ("DOORCODE__EMAIL__BACKEND", "file"),
    ];
    let printed = Terminal::new().run_with("serve", &mail_only);
    assert!(
        !printed.success && printed.err.contains("sms.backend must be"),
        "{}",
        printed.err
    );
}

#[test]
fn a_broken_settings_file_is_reported_in_one_line_without_its_contents() {
    let terminal = Terminal::new();
    std::fs::write(
        terminal.directory.path().join("Leptos.toml"),
        "[email]\nurl = \"smtps://u:hunter2@host\n",
    )
    .expect("a file");
    let printed = terminal.run("customer list");
    assert!(
        !printed.success && printed.err.lines().count() == 1,
        "{}",
        printed.err
    );
    assert!(
        printed.err.contains("Leptos.toml") && !printed.err.contains("hunter2"),
        "{}",
        printed.err
    );
}

#[test]
fn database_and_key_are_accessible_only_to_their_owner() {
    let terminal = Terminal::new();
    for file in ["data/doorcode.db", "data/doorcode.key"] {
        let mode = std::fs::metadata(terminal.directory.path().join(file))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
}

#[test]
fn a_key_file_is_created_with_mode_600_in_dev_and_never_in_prod() {
    let terminal = Terminal::new();
    let key =
        std::fs::metadata(terminal.directory.path().join("data/doorcode.key")).expect("a key file");
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    let variables = [
        ("DOORCODE__SERVER__ENV", "PROD"),
        ("DOORCODE__BRAND__PUBLIC_URL", "https://pay.example.com"),
        ("DOORCODE__KEYS__FILES", "other.key"),
        ("DOORCODE__EMAIL__BACKEND", "file"),
        ("DOORCODE__SMS__BACKEND", "none"),
    ];
    let printed = terminal.run_with("serve", &variables);
    assert!(
        !printed.success
            && printed.err.contains("other.key")
            && printed.err.contains("openssl rand"),
        "{}",
        printed.err
    );
    assert!(!terminal.directory.path().join("other.key").exists());
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line() {
    let terminal = Terminal::new();
    for (key, value, expected) in [
        (
            "DOORCODE__OTP__LENGTH",
            "20",
            "The setting otp.length must be 6 to 10.",
        ),
        ("DOORCODE__OTP__LENGHT", "6", "lenght"),
        ("DOORCODE__SERVER__ENV", "LIVE", "server.env"),
        ("DOORCODE__SERVER__ADDRESS", "here", "server.address"),
    ] {
        let printed = terminal.run_with("serve", &[(key, value)]);
        assert!(
            !printed.success && printed.err.contains(expected) && printed.err.lines().count() == 1,
            "{}",
            printed.err
        );
    }
}

#[test]
fn template_check_counts_text_message_segments_without_a_database() {
    let terminal = Terminal::new();
    let no_database = ("DOORCODE__DATABASE__URL", "sqlite://nowhere/at/all.db");
    let printed = terminal.run_with("template check", &[no_database]);
    let is_english = |line: &&str| line.contains(" en  ok");
    assert!(
        printed.success && printed.out.lines().filter(is_english).count() == 12,
        "{}{}",
        printed.out,
        printed.err
    );
    for (language, expected) in [
        ("en", "GSM-7, 1 segment, "),
        ("de", "GSM-7, 1 segment, "),
        ("hi", "UCS-2, 2 segments, "),
    ] {
        let line = format!("code.sms.txt                {language}  ok: {expected}");
        assert!(printed.out.contains(&line), "{line}: {}", printed.out);
    }
    let printed = terminal.run_with(
        "template check",
        &[no_database, ("DOORCODE__BRAND__NAME", "Müll’s")],
    );
    assert!(
        printed
            .out
            .contains("code.sms.txt                en  ok: UCS-2, 2 segments, "),
        "{}",
        printed.out
    );
    let warning = "  warning: '’' (U+2019) in line 1, column 24 is not in GSM-7";
    assert!(
        printed.success && printed.out.contains(warning),
        "{}",
        printed.out
    );
}

#[test]
fn a_broken_custom_template_is_reported_with_its_line_and_stops_the_start() {
    let terminal = Terminal::new();
    let folder = terminal.directory.path().join("templates");
    std::fs::create_dir(&folder).expect("a folder");
    let own = [("DOORCODE__TEMPLATES__DIRECTORY", "templates")];
    std::fs::write(folder.join("code.html"), "<p>\n{{ code }}\n{{ brandd }}").expect("a file");
    for command in ["template check", "template preview", "check", "serve"] {
        let printed = terminal.run_with(command, &own);
        let sentence = "The message template code.html does not work in line 3: `brandd` is unknown, or not there in \
                        every message.\n";
        assert!(
            !printed.success && printed.err.ends_with(sentence),
            "{command}: {}",
            printed.err
        );
    }
    std::fs::rename(folder.join("code.html"), folder.join("cod.html")).expect("renamed");
    let printed = terminal.run_with("template check", &own);
    assert!(
        !printed.success
            && printed
                .err
                .contains("contains cod.html, which is not a message template"),
        "{}",
        printed.err
    );
    std::fs::remove_file(folder.join("cod.html")).expect("removed");
    std::fs::write(folder.join("code.sms.txt"), "{{ code }} only").expect("a file");
    let printed = terminal.run_with("template check", &own);
    assert!(
        printed.success
            && printed
                .out
                .contains("  warning: no phone fills the code in"),
        "{}",
        printed.out
    );
    for (text, sentence) in [
        (
            "",
            "The message template code.sms.txt renders an empty message.\n",
        ),
        (
            "Hello",
            "The message template code.sms.txt renders a message without its code, {{ code }}.\n",
        ),
    ] {
        std::fs::write(folder.join("code.sms.txt"), text).expect("a file");
        for command in ["template check", "check", "serve"] {
            let printed = terminal.run_with(command, &own);
            assert!(
                !printed.success && printed.err.ends_with(sentence),
                "{command}: {}",
                printed.err
            );
        }
    }
}

#[test]
fn template_preview_writes_every_message() {
    let terminal = Terminal::new();
    let variables = [
        ("DOORCODE__BRAND__NAME", "A <b> & C"),
        ("DOORCODE__OTP__LENGTH", "8"),
    ];
    let printed = terminal.run_with("template preview --directory out/messages", &variables);
    assert_eq!(
        printed.out, "The messages are in out/messages/index.html.\n",
        "{}",
        printed.err
    );
    let read = |name: &str| {
        std::fs::read_to_string(terminal.directory.path().join("out/messages").join(name))
    };
    let index = read("index.html").expect("an index");
    assert!(index.contains("Messages of A &lt;b&gt; &amp; C"), "{index}");
    for kind in ["code", "new_sign_in", "contact_changed"] {
        for form in ["html", "txt", "sms.txt"] {
            let text = read(&format!("{kind}.{form}")).expect("a message");
            assert!(
                text.contains(if form == "html" {
                    "A &lt;b&gt; &amp; C"
                } else {
                    "A <b> & C"
                }),
                "{text}"
            );
            assert!(index.contains(&format!("{kind}.{form}")), "{index}");
        }
    }
    assert!(
        read("code.txt")
            .expect("a message")
            .lines()
            .any(|line| line.len() == 8 && line.parse::<u32>().is_ok())
    );
}

#[test]
fn every_command_has_help_with_an_example() {
    let terminal = Terminal::new();
    for command in [
        "",
        "serve ",
        "migrate ",
        "backup ",
        "restore ",
        "check ",
        "policy ",
        "history list ",
        "history verify ",
        "customer ",
        "customer add ",
        "customer disable ",
        "customer enable ",
        "customer list ",
        "otp ",
        "otp create ",
        "otp list ",
        "otp verify ",
        "otp delete ",
        "otp cleanup ",
        "email ",
        "email test ",
        "sms ",
        "sms test ",
        "template ",
        "template check ",
        "template preview ",
    ] {
        let printed = terminal.run(&format!("{command}--help"));
        assert!(
            printed.success && printed.out.contains("Example"),
            "{command}: {}",
            printed.out
        );
    }
}

#[test]
fn the_history_is_listed_and_verified() {
    let terminal = Terminal::new();
    assert_eq!(
        terminal.run("history verify").out,
        "The history is empty.\n"
    );
    let code = terminal.create("--email demo@wastebilling.local");
    let wrong = crate::support::other_than(&code);
    terminal.run(&format!(
        "otp verify --email demo@wastebilling.local --code {wrong}"
    ));
    terminal.run(&format!(
        "otp verify --email demo@wastebilling.local --code {code}"
    ));
    let rows: serde_json::Value =
        serde_json::from_str(&terminal.run("history list --customer 1 --json").out).expect("JSON");
    let events: Vec<_> = rows
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["event"].as_str())
        .collect();
    assert_eq!(events, [Some("requested"), Some("wrong"), Some("verified")]);
    let table = terminal.run("history list --otp 1").out;
    assert!(
        table.contains("d***@wastebilling.local") && !table.contains("demo@"),
        "{table}"
    );

    let printed = terminal.run("history verify");
    assert!(
        printed.success
            && printed
                .out
                .starts_with("The history is intact: 3 rows, from 1 to 3."),
        "{}",
        printed.err
    );
    let digest = printed
        .out
        .trim_end()
        .trim_end_matches('.')
        .rsplit(' ')
        .next()
        .expect("a digest");
    assert!(
        terminal
            .run(&format!("history verify --head {digest}"))
            .success
    );
    let printed = terminal.run(&format!("history verify --head {}", "0".repeat(64)));
    assert!(
        !printed.success
            && printed
                .err
                .starts_with("No row of the history has this digest"),
        "{}",
        printed.err
    );
    let printed = terminal.run("history verify --head 00");
    assert!(
        !printed.success && printed.err == "A digest has 64 hexadecimal digits.\n",
        "{}",
        printed.err
    );

    let key = terminal.directory.path().join("data/doorcode.key");
    std::fs::write(key, "0".repeat(64)).expect("another key");
    let printed = terminal.run("history verify");
    let expected = "The history is broken at row 1: it and all rows after it are sealed with keys that are not in keys.files.\n";
    assert!(
        !printed.success && printed.err == expected,
        "{}",
        printed.err
    );
}
