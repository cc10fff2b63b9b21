//! The account page.

use leptos::prelude::*;

use crate::api::Notice;
use crate::shared::{ContactType, Translator, routes};
use crate::ui::components::{NoticeBanner, PlainForm};
use crate::ui::messages::use_translator;

/// The data of the account page.
#[derive(Clone, Debug)]
pub struct AccountScreen {
    /// The customer's name.
    pub name: String,
    /// The customer's email address, masked.
    pub email: Option<String>,
    /// The customer's phone number, masked.
    pub phone: Option<String>,
    /// The day on which the account was opened, like `22 November 2026`.
    pub since: String,
    /// The flash message of the last step, if there is one.
    pub notice: Option<Notice>,
}

impl AccountScreen {
    /// Returns the title of the page, without the brand.
    #[must_use]
    pub fn title(&self, translator: &Translator) -> String {
        translator.t("account-heading")
    }
}

/// The account page: the customer's data, links to its subpages, and the sign-out button.
#[component]
pub fn AccountPage(
    /// The data to show.
    screen: AccountScreen,
) -> impl IntoView {
    let translator = use_translator();
    let contact = |kind, value: String| view! { <Fact label=translator.t_for_type("contact-label", kind) value ltr=true /> };
    view! {
        <NoticeBanner text=screen.notice.map(|notice| translator.notice(notice)) />
        <h1>{translator.t("account-heading")}</h1>
        <dl class="details">
            <Fact label=translator.t("account-name") value=screen.name />
            {screen.email.map(|email| contact(ContactType::Email, email))}
            {screen.phone.map(|phone| contact(ContactType::Phone, phone))}
            <Fact label=translator.t("account-since") value=screen.since />
        </dl>
        <nav class="links" aria-label=translator.t("account-heading")>
            <a href=routes::ACCOUNT_CONTACT>{translator.t("contact-heading")}</a>
            <a href=routes::ACCOUNT_SESSIONS>{translator.t("sessions-heading")}</a>
        </nav>
        <PlainForm
            id="logout-form"
            action=routes::OTP_LOGOUT
            label=translator.t("logout-button")
            busy=translator.t("signing-out")
            look="secondary"
        />
    }
}

/// One line of the customer's data.
#[component]
fn Fact(
    /// The label of the line.
    label: String,
    /// The value of the line.
    value: String,
    /// Whether the value is written from left to right in every language, as contacts are.
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
