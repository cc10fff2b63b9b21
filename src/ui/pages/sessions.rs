//! The list of a customer's sessions.

use leptos::either::Either;
use leptos::prelude::*;

use crate::api::{Notice, OtpError, fields};
use crate::shared::{Translator, routes};
use crate::ui::components::{BackToAccount, Outcome, PlainForm};
use crate::ui::messages::use_translator;

/// The data of the page.
#[derive(Clone, Debug)]
pub struct SessionsScreen {
    /// The sessions, most recently used first.
    pub sessions: Vec<SessionRow>,
    /// The browsers that the customer has signed in with, most recently used first.
    pub browsers: Vec<KnownBrowserRow>,
    /// The error of the last form, if it was rejected.
    pub error: Option<OtpError>,
    /// The flash message of the last step, if there is one.
    pub notice: Option<Notice>,
}

/// A session, described so that the customer recognises it.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The number that identifies the session in the form that ends it.
    pub number: i64,
    /// Whether it is the session of this browser.
    pub is_this: bool,
    /// The description of the browser.
    pub device: Option<String>,
    /// The description of the network.
    pub place: Option<String>,
    /// The time at which the customer signed in.
    pub since: String,
    /// Seconds since the session was last used.
    pub seconds_idle: i64,
}

/// A browser that the customer has signed in with.
#[derive(Clone, Debug)]
pub struct KnownBrowserRow {
    /// Whether it is this browser.
    pub is_this: bool,
    /// The time of the last sign-in.
    pub last_sign_in: String,
}

impl SessionsScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        translator.title(translator.t("sessions-heading"), self.error.as_ref())
    }
}

/// The list of sessions, with a button for each other session and one for all.
#[component]
pub fn SessionsPage(
    /// The data to show.
    screen: SessionsScreen,
) -> impl IntoView {
    let translator = use_translator();
    let SessionsScreen {
        sessions,
        browsers,
        error,
        notice,
    } = screen;
    view! {
        <Outcome error notice field="sessions" />
        <h1>{translator.t("sessions-heading")}</h1>
        <p class="lead">{translator.t("sessions-text")}</p>
        <ul id="sessions" class="list">
            {sessions.into_iter().map(|session| view! { <Row session /> }).collect_view()}
        </ul>
        {(!browsers.is_empty()).then(|| view! { <KnownBrowsers browsers /> })}
        <PlainForm
            id="everywhere-form"
            action=routes::ACCOUNT_SESSIONS_ALL
            label=translator.t("sign-out-everywhere")
            busy=translator.t("signing-out")
            look="secondary"
        />
        <BackToAccount />
    }
}

/// The browsers that the customer has signed in with.
#[component]
fn KnownBrowsers(
    /// The browsers to list.
    browsers: Vec<KnownBrowserRow>,
) -> impl IntoView {
    let translator = use_translator();
    let row = |browser: KnownBrowserRow| {
        let this = browser
            .is_this
            .then(|| view! { <p class="badge">{translator.t("this-browser")}</p> });
        let last_sign_in = translator.t_with_argument("last-sign-in", "time", browser.last_sign_in);
        view! { <li><p>{last_sign_in}</p> {this}</li> }
    };
    view! {
        <h2>{translator.t("known-browsers-heading")}</h2>
        <p>{translator.t("known-browsers-text")}</p>
        <ul id="browsers" class="list">
            {browsers.into_iter().map(row).collect_view()}
        </ul>
    }
}

/// One session.
#[component]
fn Row(
    /// The session to show.
    session: SessionRow,
) -> impl IntoView {
    let translator = use_translator();
    let SessionRow {
        number,
        is_this,
        device,
        place,
        since,
        seconds_idle,
    } = session;
    let name = format!("session-{number}");
    let end = view! {
        <PlainForm
            id=format!("end-{number}")
            action=routes::ACCOUNT_SESSIONS
            label=translator.t("sign-out-there")
            busy=translator.t("signing-out")
            look="link"
            described_by=name.clone()
            fields=vec![(fields::SESSION, number.to_string())]
        />
    };
    let badge = view! { <p class="badge">{translator.t("this-browser")}</p> };
    view! {
        <li>
            <h2 id=name>{device.unwrap_or_else(|| translator.t("unknown-device"))}</h2>
            <p class="hint">{translator.session(place.as_deref(), &since, seconds_idle)}</p>
            {if is_this { Either::Left(badge) } else { Either::Right(end) }}
        </li>
    }
}
