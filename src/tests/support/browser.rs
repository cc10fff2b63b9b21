//! A browser: a cookie jar and the headers that browsers send.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::atomic::{AtomicU16, Ordering},
};

use axum::{
    Router,
    body::{Body, BodyDataStream, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use doorcode::{
    server::domain::{Contact, Region, Token},
    shared::ContactType,
};
use futures_util::{FutureExt, StreamExt};
use tower::ServiceExt;

use super::{TestApp, trace};

/// The host of the test application. In DEV it is accepted whatever the public URL is.
const HOST: &str = "127.0.0.1:3000";

/// A stream of server-sent events.
pub struct Events {
    pub status: StatusCode,
    pub headers: HeaderMap,
    body: BodyDataStream,
}

#[derive(Clone)]
pub struct Browser {
    router: Router,
    plain: bool,
    /// The IP address.
    pub address: IpAddr,
    /// The session cookie.
    pub cookie: Option<String>,
    /// The device cookie, by which the server knows the browser.
    pub device: Option<String>,
    /// The other cookies, by name.
    pub choices: BTreeMap<String, String>,
    /// The value of `Accept-Language`.
    pub languages: &'static str,
    /// Whether server errors are expected because the test breaks the database.
    pub expects_failures: bool,
}

/// A response with its body as text.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// A response with its body as sent over the wire.
pub struct Bytes {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Browser {
    /// Returns a browser in its own network.
    pub fn new(router: Router, plain: bool) -> Self {
        static NETWORKS: AtomicU16 = AtomicU16::new(0);
        let network = NETWORKS.fetch_add(1, Ordering::Relaxed);
        let address = Ipv6Addr::new(0x2001, 0xdb8, network, 0, 0, 0, 0, 1).into();
        Self {
            router,
            plain,
            address,
            cookie: None,
            device: None,
            choices: BTreeMap::new(),
            languages: "en",
            expects_failures: false,
        }
    }

    /// Moves the browser to another IP address.
    pub fn located_at(mut self, address: &str) -> Self {
        self.address = address.parse().expect("an address");
        self
    }

    /// Returns the same browser, connected to another instance of the application.
    pub fn at(&self, app: &TestApp) -> Self {
        Self {
            router: app.app.router(),
            ..self.clone()
        }
    }

    /// Returns the browser as the use cases see it: by the tokens in its cookies.
    pub fn as_service_sees_it(&self) -> doorcode::server::domain::Browser {
        let token =
            |cookie: &Option<String>| Token::from_cookie(cookie.as_deref()?.split_once('=')?.1);
        let (token, device) = (token(&self.cookie), token(&self.device));
        doorcode::server::domain::Browser {
            token,
            device,
            ..Default::default()
        }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Request::get(path), String::new()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, form).await
    }

    pub async fn request_code(&mut self, contact_type: &str, contact_value: &str) -> Reply {
        name_contact(contact_type, contact_value);
        let fields = [
            ("contact_type", contact_type),
            ("contact_value", contact_value),
        ];
        self.post("/otp/request/", &fields).await
    }

    pub async fn verify(&mut self, code: &str) -> Reply {
        self.post("/otp/verify/", &[("otp_code", code)]).await
    }

    pub async fn resend(&mut self) -> Reply {
        self.post("/otp/resend/", &[]).await
    }

    /// Opens an event stream.
    pub async fn events(&self, path: &str) -> Events {
        let request = Request::get(path)
            .header(header::HOST, HOST)
            .header(header::ACCEPT, "text/event-stream")
            .header(header::COOKIE, self.cookie.clone().unwrap_or_default());
        let request = request.body(Body::empty()).expect("a request");
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer")
            .into_parts();
        Events {
            status: parts.status,
            headers: parts.headers,
            body: body.into_data_stream(),
        }
    }

    /// Sends a request with the browser's cookies, and keeps the cookies of the response.
    pub async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Reply {
        self.send_as_it_is(request.header(header::HOST, HOST), body)
            .await
    }

    /// Like [`Self::send`], but does not set `Host`.
    pub async fn send_as_it_is(
        &mut self,
        request: axum::http::request::Builder,
        body: String,
    ) -> Reply {
        let accept = if self.plain {
            "text/html"
        } else {
            "application/json"
        };
        let mut request = request
            .header(header::ACCEPT, accept)
            .header(header::ACCEPT_LANGUAGE, self.languages);
        for cookie in [&self.cookie, &self.device]
            .into_iter()
            .flatten()
            .chain(self.choices.values())
        {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.extension(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let request = request.body(Body::from(body)).expect("a request");
        let is_get = *request.method() == Method::GET;
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        self.keep_cookie(&parts.headers);
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8(body.to_vec()).expect("text");
        // During maintenance, pages answer 503 with `Retry-After`.
        let is_maintenance = parts.headers.contains_key(header::RETRY_AFTER);
        let is_failure = parts.status == StatusCode::INTERNAL_SERVER_ERROR
            || (parts.status == StatusCode::SERVICE_UNAVAILABLE && !is_maintenance);
        assert!(!is_get || self.expects_failures || !is_failure, "{body}");
        Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Sends a request and returns the body as bytes. Sends and keeps no cookies.
    pub async fn send_for_bytes(&self, request: axum::http::request::Builder) -> Bytes {
        let request = request
            .header(header::HOST, HOST)
            .header(header::ACCEPT, "text/html");
        let request = request.body(Body::empty()).expect("a request");
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer")
            .into_parts();
        Bytes {
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
        }
    }

    fn keep_cookie(&mut self, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let cookie = value.to_str().expect("text");
            let pair = cookie.split(';').next().expect("a pair").to_owned();
            let (name, value) = pair.split_once('=').expect("a pair");
            let is_kept = !cookie.contains("Max-Age=0");
            let token = match name {
                "doorcode-language"
                | "doorcode-contact"
                | "doorcode-flash"
                | "__Host-doorcode-flash" => {
                    self.choices.remove(name);
                    self.choices
                        .extend(is_kept.then(|| (name.to_owned(), pair.clone())));
                    continue;
                }
                "doorcode-device" => &mut self.device,
                _ => &mut self.cookie,
            };
            trace::secret(value);
            *token = is_kept.then(|| pair.clone());
        }
    }
}

/// Registers the input and its canonical form as secrets, if it is a valid contact.
fn name_contact(contact_type: &str, contact_value: &str) {
    let kind = ContactType::from_value(contact_type).unwrap_or_default();
    if let Ok(contact) = Contact::parse(kind, contact_value, Region::parse("US").expect("a region"))
    {
        [contact_value.trim(), contact.as_str()]
            .into_iter()
            .for_each(trace::secret);
    }
}

impl Events {
    /// Returns the next event as sent over the wire, or `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<String> {
        let bytes = self.body.next().await?.expect("a whole stream");
        Some(String::from_utf8(bytes.to_vec()).expect("text"))
    }

    /// Returns the next event if it has already arrived.
    pub fn try_next(&mut self) -> Option<String> {
        self.next().now_or_never().flatten()
    }
}

impl Reply {
    /// Returns the target of a 303 redirect, or an empty string for any other response.
    pub fn location(&self) -> &str {
        let location = self
            .headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok());
        if self.status == StatusCode::SEE_OTHER {
            location.unwrap_or_default()
        } else {
            ""
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Whether the body contains this text.
    pub fn says(&self, text: &str) -> bool {
        self.body.contains(text)
    }
}
