//! The program as operators run it from the command line.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// The folder of the built files, relative to the working directory.
pub const PACKAGE: &str = "target/site/pkg";

/// A folder in which the program runs.
pub struct Terminal {
    pub directory: TempDir,
}

/// The output of a command.
pub struct Printed {
    pub success: bool,
    pub out: String,
    /// Everything on standard error but the line about the settings and the database.
    pub err: String,
    /// The line about the settings and the database.
    pub places: String,
}

/// A running server. Dropping it kills it.
pub struct Server {
    child: Child,
    address: SocketAddr,
    /// The lines of its log until it listened.
    pub log: String,
}

impl Terminal {
    /// Returns a folder with settings, a built site and a database with one customer.
    pub fn new() -> Self {
        let terminal = Self::without_database();
        assert!(terminal.run("migrate").success);
        assert!(
            terminal
                .run(
                    "customer add --name Demo --email demo@wastebilling.local --phone +12025550123"
                )
                .success
        );
        terminal
    }

    /// Returns a folder with empty settings, a built site and nothing else.
    pub fn without_database() -> Self {
        let terminal = Self::without_settings();
        std::fs::write(terminal.path("Leptos.toml"), "").expect("a file");
        terminal
    }

    /// Returns a folder with a built site and nothing else.
    pub fn without_settings() -> Self {
        let directory = TempDir::new().expect("a folder");
        let package = directory.path().join(PACKAGE);
        std::fs::create_dir_all(&package).expect("a folder");
        for kind in ["css", "js", "wasm"] {
            std::fs::write(package.join(format!("doorcode.{kind}")), "").expect("a file");
        }
        Self { directory }
    }

    /// Returns the path of a file in the folder.
    pub fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    pub fn run(&self, arguments: &str) -> Printed {
        self.run_with(arguments, &[])
    }

    pub fn run_with(&self, arguments: &str, variables: &[(&str, &str)]) -> Printed {
        let Output {
            status,
            stdout,
            stderr,
        } = self
            .command(arguments, variables)
            .output()
            .expect("the program");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let (places, err) = split_places(&text(stderr));
        Printed {
            success: status.success(),
            out: text(stdout),
            err,
            places,
        }
    }

    pub fn create(&self, contact: &str) -> String {
        let printed = self.run(&format!("otp create {contact} --show-code"));
        assert!(printed.success, "{}", printed.err);
        printed
            .out
            .lines()
            .find_map(|line| line.strip_prefix("Code: "))
            .expect("a code")
            .to_owned()
    }

    /// Starts the server in DEV on a free port. Nobody reads its log.
    pub fn serve(&self, variables: &[(&str, &str)]) -> Server {
        let mut child = self
            .server(variables)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let address = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on http://")?.parse().ok());
        Server {
            address: address.expect("an address"),
            child,
            log: String::new(),
        }
    }

    /// Starts the server with settings for PROD on a free port.
    pub fn serve_in_production(&self, variables: &[(&str, &str)]) -> Server {
        let variables = [&PRODUCTION[..], variables].concat();
        let mut child = self
            .server(&variables)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let (mut log, mut address) = (String::new(), None);
        for line in lines.map_while(Result::ok) {
            log = format!("{log}{line}\n");
            let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            if line["fields"]["message"] == "listening" {
                address = line["fields"]["address"].as_str().map(str::to_owned);
                break;
            }
        }
        Server {
            address: address.expect(&log).parse().expect("an address"),
            child,
            log,
        }
    }

    fn server(&self, variables: &[(&str, &str)]) -> Command {
        let mut command = self.command("serve", &[("DOORCODE__SERVER__ADDRESS", "127.0.0.1:0")]);
        command.envs(variables.iter().copied());
        command
    }

    fn command(&self, arguments: &str, variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorcode"));
        command
            .args(arguments.split(' '))
            .envs(variables.iter().copied())
            .current_dir(self.directory.path());
        command
    }
}

/// Separates the line about the settings and the database from the others on standard error.
pub fn split_places(err: &str) -> (String, String) {
    let lines = err.split_inclusive('\n');
    let (places, others): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("Settings: "));
    (places.concat(), others.concat())
}

/// The settings that PROD needs at least.
pub const PRODUCTION: [(&str, &str); 4] = [
    ("DOORCODE__SERVER__ENV", "PROD"),
    ("DOORCODE__BRAND__PUBLIC_URL", "https://pay.example.com"),
    ("DOORCODE__EMAIL__BACKEND", "file"),
    ("DOORCODE__SMS__BACKEND", "none"),
];

impl Server {
    /// Returns the response to a GET request, or an error if none comes within a minute.
    pub fn get(&self, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let host = self.address;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        Ok(response)
    }

    /// Stops the server with SIGTERM, as a service manager does.
    pub fn stop(mut self) -> ExitStatus {
        let terminated = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(terminated.is_ok_and(|status| status.success()));
        self.child.wait().expect("its end")
    }

    /// Kills the server, as a crash does.
    pub fn kill(mut self) {
        self.child.kill().expect("a server to kill");
        self.child.wait().expect("its end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
