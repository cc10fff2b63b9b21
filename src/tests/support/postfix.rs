//! A real Postfix for one test, in its own folder and on free ports. It relays its mails to a
//! server of the test.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Command, Output},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{
    free_port,
    smtp::{Authority, SmtpServer, accept_all},
};

/// The credentials of the only user, in the form of SASL PLAIN (RFC 4616).
const USER: &str = "\0user\0pass word";

pub struct Postfix {
    directory: TempDir,
    /// The port without encryption and authentication.
    pub plain: u16,
    /// The port that requires STARTTLS and authentication.
    pub submission: u16,
    /// The port that requires TLS from the first byte, and authentication.
    pub submissions: u16,
    /// The server that receives the relayed mails.
    pub inbox: SmtpServer,
}

impl Postfix {
    /// Starts Postfix with a certificate for `localhost`, for the recipients `demo@` and
    /// `later@wastebilling.local`. It defers mails to the latter. Returns `None`, and prints a
    /// note, if Postfix cannot be started.
    pub async fn start(authority: &Authority) -> Option<Self> {
        let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        if !is_root || Command::new("postconf").arg("-d").output().is_err() {
            eprintln!("skipped: Postfix is not installed, or the tests do not run as root");
            return None;
        }
        let directory = TempDir::new().expect("a folder");
        let [plain, submission, submissions] = [(); 3].map(|()| free_port());
        let postfix = Self {
            directory,
            plain,
            submission,
            submissions,
            inbox: SmtpServer::plain(accept_all).await,
        };
        postfix.write_settings(authority, serve_users().await);
        let started = postfix.command("start");
        assert!(
            started.status.success(),
            "{}{}",
            String::from_utf8_lossy(&started.stderr),
            postfix.log()
        );
        Some(postfix)
    }

    /// Stops Postfix and returns the number of connections that it has accepted.
    pub fn connections(self) -> usize {
        self.command("stop");
        self.log()
            .lines()
            .filter(|line| line.contains(": connect from"))
            .count()
    }

    fn write_settings(&self, authority: &Authority, users: u16) {
        let root = self.directory.path();
        fs::set_permissions(root, fs::Permissions::from_mode(0o755))
            .expect("a folder that Postfix' user may enter");
        for folder in ["queue", "data"] {
            fs::create_dir(root.join(folder)).expect("a folder");
        }
        let given = Command::new("chown")
            .arg("postfix")
            .arg(root.join("data"))
            .status();
        assert!(
            given.is_ok_and(|status| status.success()),
            "the folder is given to Postfix"
        );
        let (certificate, key) = authority.certificate("localhost", 2096);
        write(root, "certificate.pem", &certificate.pem());
        write(root, "key.pem", &key.serialize_pem());
        let (folder, inbox) = (root.display(), self.inbox.port);
        let main = include_str!("postfix/main.cf");
        let main = main
            .replace("@folder@", &folder.to_string())
            .replace("@users@", &users.to_string());
        write(
            root,
            "main.cf",
            &main.replace("@inbox@", &inbox.to_string()),
        );
        let master = include_str!("postfix/master.cf");
        let ports = [
            ("@plain@", self.plain),
            ("@submission@", self.submission),
            ("@submissions@", self.submissions),
        ];
        let master = ports.iter().fold(master.to_owned(), |text, (name, port)| {
            text.replace(name, &port.to_string())
        });
        write(root, "master.cf", &master);
    }

    fn command(&self, word: &str) -> Output {
        Command::new("postfix")
            .arg("-c")
            .arg(self.directory.path())
            .arg(word)
            .output()
            .expect("Postfix")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.command("stop");
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("a file");
}

/// Starts the user database and returns its port. It implements the part of Dovecot's
/// authentication protocol that Postfix uses
/// (<https://doc.dovecot.org/latest/core/developers/protocol/auth_client_protocol.html>).
async fn serve_users() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_user(stream));
        }
    });
    port
}

async fn answer_user(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    let hello = "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n";
    let mut answer = hello.to_owned();
    let mut line = String::new();
    loop {
        if stream.write_all(answer.as_bytes()).await.is_err()
            || stream.read_line(&mut line).await.unwrap_or(0) == 0
        {
            return;
        }
        let request = std::mem::take(&mut line);
        let mut fields = request.trim_end().split('\t');
        answer = match (fields.next(), fields.next()) {
            (Some("AUTH"), Some(id)) => {
                let known =
                    fields.any(|field| field == format!("resp={}", BASE64_STANDARD.encode(USER)));
                if known {
                    format!("OK\t{id}\tuser=user\n")
                } else {
                    format!("FAIL\t{id}\tuser=user\n")
                }
            }
            _ => String::new(),
        };
    }
}
