//! The signed-in page.

use leptos::prelude::*;

use crate::api::Notice;
use crate::shared::{ContactType, routes};
use crate::ui::components::{NoticeBanner, PlainForm};
use crate::ui::islands::{FreshPage, PlainForms};
use crate::ui::messages;

/// What the signed-in page shows.
#[derive(Clone, Debug)]
pub struct AccountScreen {
    /// The customer's name.
    pub name: String,
    /// The customer's email address, masked.
    pub email: Option<String>,
    /// The customer's phone number, masked.
    pub phone: Option<String>,
    /// Day on which the account was opened, like `22 November 2026`.
    pub since: String,
    /// What the last step did.
    pub notice: Option<Notice>,
}

impl AccountScreen {
    /// Title without the brand.
    #[must_use]
    pub fn title(&self) -> String {
        messages::ACCOUNT_HEADING.into()
    }
}

/// The signed-in page.
#[component]
pub fn AccountPage(
    /// What it shows.
    screen: AccountScreen,
) -> impl IntoView {
    let contact = |kind, value: String| view! { <Fact label=messages::contact_label(kind) value ltr=true /> };
    view! {
        <NoticeBanner notice=screen.notice />
        <h1>{messages::ACCOUNT_HEADING}</h1>
        <dl class="facts">
            <Fact label=messages::ACCOUNT_NAME value=screen.name />
            {screen.email.map(|email| contact(ContactType::Email, email))}
            {screen.phone.map(|phone| contact(ContactType::Phone, phone))}
            <Fact label=messages::ACCOUNT_SINCE value=screen.since />
        </dl>
        <nav class="links" aria-label=messages::ACCOUNT_HEADING>
            <a href=routes::ACCOUNT_CONTACT>{messages::CONTACT_HEADING}</a>
            <a href=routes::ACCOUNT_SESSIONS>{messages::SESSIONS_HEADING}</a>
        </nav>
        <PlainForm
            id="logout-form"
            action=routes::OTP_LOGOUT
            label=messages::LOGOUT_BUTTON
            busy=messages::SIGNING_OUT
            look="secondary"
        />
        <PlainForms />
        <FreshPage />
    }
}

/// One line of what is known about the customer.
#[component]
fn Fact(
    /// What it is.
    label: &'static str,
    /// What is known.
    value: String,
    /// Whether the value reads left to right in every language, as contacts do.
    #[prop(optional)]
    ltr: bool,
) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd dir=ltr.then_some("ltr") translate="no">
                {value}
            </dd>
        </div>
    }
}
