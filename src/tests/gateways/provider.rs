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
};
use rcgen::{CertificateParams, IsCa, KeyPair};
use serde_json::Value;
use tokio::net::TcpListener;

/// A response of the provider.
pub struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Response {
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
pub struct ReceivedRequest {
    pub method: Method,
    pub path: String,
    headers: HeaderMap,
    body: String,
}

impl ReceivedRequest {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub fn is_without_body(&self) -> bool {
        self.body.is_empty() && !self.headers.contains_key("content-type")
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
    requests: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Provider {
    /// Starts a provider that gives these responses, one per request.
    pub async fn responding(responses: Vec<Response>) -> Self {
        let (responses, requests) = (
            Arc::new(Mutex::new(VecDeque::from(responses))),
            Arc::default(),
        );
        let provider = Self {
            url: String::new(),
            requests: Arc::clone(&requests),
        };
        let handler = move |request: Request| {
            let (responses, requests) = (responses.clone(), requests.clone());
            async move {
                let request = read(request).await;
                requests.lock().expect("a lock").push(request);
                let response = responses
                    .lock()
                    .expect("a lock")
                    .pop_front()
                    .expect("a response that is left");
                let builder = axum::http::Response::builder().status(response.status);
                let builder = response
                    .headers
                    .into_iter()
                    .fold(builder, |builder, (name, value)| {
                        builder.header(name, value)
                    });
                builder.body(Body::from(response.body)).expect("a response")
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
        Self { url, ..provider }
    }

    /// Returns and removes the requests received since the last call.
    pub fn take_requests(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut self.requests.lock().expect("a lock"))
    }

    pub fn only(&self) -> ReceivedRequest {
        let mut requests = self.take_requests();
        assert_eq!(requests.len(), 1);
        requests.remove(0)
    }
}

async fn read(request: Request) -> ReceivedRequest {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    ReceivedRequest {
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
