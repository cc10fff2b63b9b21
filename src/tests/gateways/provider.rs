//! A local HTTP server in place of a provider.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, Method},
    response::Response,
};
use rcgen::{CertificateParams, IsCa, KeyPair};
use serde_json::Value;
use tokio::net::TcpListener;

/// A response of the provider.
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    pub fn new(status: u16, body: impl ToString) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.to_string(),
        }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// A request that the provider received.
pub struct Asked {
    pub method: Method,
    pub path: String,
    headers: HeaderMap,
    body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Returns the fields of the form in the body.
    pub fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    pub fn field(&self, name: &str) -> String {
        self.fields()
            .into_iter()
            .find(|(field, _)| field == name)
            .expect(name)
            .1
    }
}

pub struct Provider {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Provider {
    /// Starts a provider that gives these responses, one per request.
    pub async fn answering(answers: Vec<Answer>) -> Self {
        let (answers, asked) = (
            Arc::new(Mutex::new(VecDeque::from(answers))),
            Arc::default(),
        );
        let provider = Self {
            url: String::new(),
            asked: Arc::clone(&asked),
        };
        let answer = move |request: Request| {
            let (answers, asked) = (answers.clone(), asked.clone());
            async move {
                let request = read(request).await;
                asked.lock().expect("a lock").push(request);
                let answer = answers
                    .lock()
                    .expect("a lock")
                    .pop_front()
                    .expect("an answer that is left");
                let response = Response::builder().status(answer.status);
                let response = answer
                    .headers
                    .into_iter()
                    .fold(response, |response, (name, value)| {
                        response.header(name, value)
                    });
                response.body(Body::from(answer.body)).expect("an answer")
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        Self { url, ..provider }
    }

    /// Returns and removes the requests received since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().expect("a lock"))
    }

    pub fn only(&self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1);
        asked.remove(0)
    }
}

async fn read(request: Request) -> Asked {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    Asked {
        method: parts.method,
        path: parts.uri.to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("text"),
    }
}

/// Starts a server with a self-signed certificate and returns its URL.
pub async fn self_signed(is_ca: IsCa) -> String {
    let mut params = CertificateParams::new(["localhost".to_owned()]).expect("parameters");
    params.is_ca = is_ca;
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = rustls::ServerConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    )
    .with_safe_default_protocol_versions()
    .expect("versions")
    .with_no_client_auth()
    .with_single_cert(vec![certificate.der().clone()], key)
    .expect("a configuration");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(acceptor.accept(stream).await);
        }
    });
    format!("https://localhost:{port}")
}
