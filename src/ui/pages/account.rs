//! The signed-in page.

use leptos::prelude::*;

use crate::api::Notice;
use crate::shared::{ContactType, Words, routes};
use crate::ui::components::{NoticeBanner, PlainForm};
use crate::ui::messages::use_words;

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
    pub fn title(&self, words: &Words) -> String {
        words.say("account-heading")
    }
}

/// The signed-in page.
#[component]
pub fn AccountPage(
    /// What it shows.
    screen: AccountScreen,
) -> impl IntoView {
    let words = use_words();
    let contact = |kind, value: String| view! { <Fact label=words.of_kind("contact-label", kind) value ltr=true /> };
    view! {
        <NoticeBanner text=screen.notice.map(|notice| words.notice(notice)) />
        <h1>{words.say("account-heading")}</h1>
        <dl class="facts">
            <Fact label=words.say("account-name") value=screen.name />
            {screen.email.map(|email| contact(ContactType::Email, email))}
            {screen.phone.map(|phone| contact(ContactType::Phone, phone))}
            <Fact label=words.say("account-since") value=screen.since />
        </dl>
        <nav class="links" aria-label=words.say("account-heading")>
            <a href=routes::ACCOUNT_CONTACT>{words.say("contact-heading")}</a>
            <a href=routes::ACCOUNT_SESSIONS>{words.say("sessions-heading")}</a>
        </nav>
        <PlainForm
            id="logout-form"
            action=routes::OTP_LOGOUT
            label=words.say("logout-button")
            busy=words.say("signing-out")
            look="secondary"
        />
    }
}

/// One line of what is known about the customer.
#[component]
fn Fact(
    /// What it is.
    label: String,
    /// What is known.
    value: String,
    /// Whether the value reads left to right in every language, as contacts do.
    #[prop(optional)]
    ltr: bool,
) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>
                <bdi dir=if ltr { "ltr" } else { "auto" } translate="no">
                    {value}
                </bdi>
            </dd>
        </div>
    }
}
