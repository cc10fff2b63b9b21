//! A real nginx in front of the application, with its own configuration, folder and port.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::{Command, Output},
};

use doorcode::server::http::listen;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
};

use super::{TestApp, free_port};

/// The path of nginx on Debian.
const PROGRAM: &str = "/usr/sbin/nginx";

pub struct Nginx {
    directory: TempDir,
    port: u16,
}

impl Nginx {
    /// Starts nginx as the only proxy in front of `app`. Returns `None`, and prints a note, if
    /// nginx is not installed.
    pub fn in_front_of(app: &TestApp) -> Option<Self> {
        if !fs::exists(PROGRAM).is_ok_and(|there| there) {
            eprintln!("skipped: nginx is not installed");
            return None;
        }
        let nginx = Self {
            directory: TempDir::new().expect("a folder"),
            port: free_port(),
        };
        let folder = nginx.directory.path().display().to_string();
        let (port, upstream) = (nginx.port.to_string(), serve(app).to_string());
        let settings = [
            ("@folder@", folder),
            ("@port@", port),
            ("@upstream@", upstream),
        ];
        let settings = settings.iter().fold(
            include_str!("nginx/nginx.conf").to_owned(),
            |text, (name, value)| text.replace(name, value),
        );
        fs::write(nginx.settings(), settings).expect("a file");
        let started = nginx.command(&[]);
        assert!(
            started.status.success(),
            "{}",
            String::from_utf8_lossy(&started.stderr)
        );
        Some(nginx)
    }

    /// Sends a request from the address `from`, exactly as written, and returns the response as
    /// sent over the wire.
    pub async fn answer(&self, from: &str, request: &str) -> String {
        let from: IpAddr = from.parse().expect("an address");
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .bind(SocketAddr::new(from, 0))
            .expect("an address of this machine");
        let mut stream = socket
            .connect(SocketAddr::from(([127, 0, 0, 1], self.port)))
            .await
            .expect("nginx");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        String::from_utf8(answer).expect("text")
    }

    fn settings(&self) -> PathBuf {
        self.directory.path().join("nginx.conf")
    }

    fn command(&self, arguments: &[&str]) -> Output {
        // Until nginx has read its configuration, it logs to a file of the system.
        let log = self.directory.path().join("error.log");
        Command::new(PROGRAM)
            .arg("-e")
            .arg(log)
            .arg("-c")
            .arg(self.settings())
            .args(arguments)
            .output()
            .expect("nginx")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.command(&["-s", "stop"]);
    }
}

fn serve(app: &TestApp) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(listen::serve(
        listener,
        app.app.router(),
        axum_server::Handle::new(),
        listen::HEADER_TIMEOUT,
    ));
    port
}
