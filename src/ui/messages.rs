//! Chooses the sentence for each situation. The sentences themselves are in `languages/`, one file
//! per language. Only the server reads them, so that no language adds to the download.

use leptos::prelude::use_context;

use crate::api::{DeliveryFailure, DeliveryStatus, Notice, OtpError};
use crate::shared::translator::Arguments;
pub use crate::shared::translator::PLACEHOLDER;
use crate::shared::{
    Argument, CodeFormat, ContactType, Language, RequestId, Sentences, Translator,
};

/// Returns the sentences of the page that is being rendered. Outside of a page, every sentence is
/// its id.
#[must_use]
pub fn use_translator() -> Translator {
    use_context()
        .unwrap_or_else(|| Translator::new(Language::default(), std::sync::Arc::new(IdsOnly)))
}

/// The sentences outside of a page: each is its own id.
struct IdsOnly;

impl Sentences for IdsOnly {
    fn sentence(&self, _: Language, id: &str, _: &Arguments) -> String {
        id.to_owned()
    }
}

fn kind(kind: ContactType) -> (&'static str, Argument) {
    ("kind", kind.as_str().into())
}

fn count(count: u32) -> [(&'static str, Argument); 1] {
    [("count", count.into())]
}

fn format(format: CodeFormat) -> [(&'static str, Argument); 2] {
    let alphabet = match format {
        CodeFormat::Digits(_) => "digits",
        CodeFormat::Letters => "letters",
    };
    [
        ("alphabet", alphabet.into()),
        ("length", u32::from(format.length()).into()),
    ]
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

impl Translator {
    /// Returns a sentence about a kind of contact.
    #[must_use]
    pub fn t_for_type(&self, id: &'static str, of: ContactType) -> String {
        self.t_with(id, &[kind(of)])
    }

    /// Returns a sentence with one argument.
    #[must_use]
    pub fn t_with_argument(
        &self,
        id: &'static str,
        name: &'static str,
        value: impl Into<Argument>,
    ) -> String {
        self.t_with(id, &[(name, value.into())])
    }

    /// Returns a sentence with a placeholder that an island fills.
    #[must_use]
    pub fn t_with_placeholder(&self, id: &'static str, name: &'static str) -> String {
        self.t_with_argument(id, name, String::from(PLACEHOLDER))
    }

    /// Returns the title of a page, marked if the page reports a problem.
    #[must_use]
    pub fn title(&self, heading: String, error: Option<&OtpError>) -> String {
        if error.is_some_and(|error| !error.is_notice()) {
            self.problem_title(heading)
        } else {
            heading
        }
    }

    /// Returns the title of a page that reports a problem.
    #[must_use]
    pub fn problem_title(&self, heading: String) -> String {
        self.t_with_argument("error-title", "title", heading)
    }

    /// Returns the message for a rejected form.
    #[must_use]
    pub fn error(&self, error: &OtpError) -> String {
        match error {
            OtpError::ContactMissing(_) => self.t("error-contact-missing"),
            OtpError::ContactInvalid(of) => self.t_for_type("error-contact-invalid", *of),
            OtpError::CountryNotAllowed => self.t("error-country-not-allowed"),
            OtpError::NotMobile => self.t("error-not-mobile"),
            OtpError::SmsBudgetSpent => self.t("error-sms-budget-spent"),
            OtpError::CustomerNotFound => self.t("error-customer-not-found"),
            OtpError::CodeMalformed(of) => self.t_with("error-code-malformed", &format(*of)),
            OtpError::CodeExpired => self.t("error-code-expired"),
            OtpError::CodeInvalid { attempts_remaining } => {
                self.t_with("error-code-invalid", &count(*attempts_remaining))
            }
            OtpError::CodeExhausted => self.t("error-code-exhausted"),
            OtpError::CodeEscalated => self.t("error-code-escalated"),
            OtpError::BrowserLimit { seconds } => self.wait("error-browser-limit", *seconds),
            OtpError::ContactLimit { seconds } => self.wait("error-contact-limit", *seconds),
            OtpError::NetworkLimit { seconds } => self.wait("error-network-limit", *seconds),
            OtpError::GlobalLimit { seconds } => self.wait("error-global-limit", *seconds),
            OtpError::CaptchaRequired { seconds } => self.wait("error-captcha-required", *seconds),
            OtpError::Cooldown { seconds } => self.wait("error-cooldown", *seconds),
            OtpError::SessionExpired => self.t("error-session-expired"),
            OtpError::Malformed => self.t("error-malformed"),
            OtpError::SendFailed(id) => {
                self.t_with_argument("error-send-failed", "id", id.to_string())
            }
            OtpError::Unexpected(id) => self.unexpected(*id),
        }
    }

    /// Returns the message for an internal error, with the id that support finds in the log.
    #[must_use]
    pub fn unexpected(&self, id: RequestId) -> String {
        self.t_with_argument("error-unexpected", "id", id.to_string())
    }

    fn wait(&self, id: &'static str, seconds: u32) -> String {
        self.t_with_argument(id, "when", self.when(seconds))
    }

    /// Returns a waiting time in seconds, minutes, hours or days, rounded up.
    fn when(&self, seconds: u32) -> String {
        match seconds {
            0..120 => self.t_with("in-seconds", &count(seconds)),
            120..7_200 => self.t_with("in-minutes", &count(seconds.div_ceil(60))),
            7_200..172_800 => self.t_with("in-hours", &count(seconds.div_ceil(3_600))),
            _ => self.t_with("in-days", &count(seconds.div_ceil(86_400))),
        }
    }

    /// Returns how long ago something was, in the largest whole unit.
    #[must_use]
    pub fn ago(&self, seconds: i64) -> String {
        let whole = |unit: i64| [("count", Argument::from(seconds / unit))];
        match seconds {
            86_400.. => self.t_with("ago-days", &whole(86_400)),
            3_600.. => self.t_with("ago-hours", &whole(3_600)),
            60.. => self.t_with("ago-minutes", &whole(60)),
            _ => self.t("ago-now"),
        }
    }

    /// Returns the text of a flash message.
    #[must_use]
    pub fn notice(&self, notice: Notice) -> String {
        match notice {
            Notice::CodeSent => self.t("notice-code-sent"),
            Notice::CodeResent => self.t("notice-code-resent"),
            Notice::SignedIn => self.t("notice-signed-in"),
            Notice::SignedOut => self.t("notice-signed-out"),
            Notice::SignedOutEverywhere => self.t("notice-signed-out-everywhere"),
            Notice::SessionEnded => self.t("notice-session-ended"),
            Notice::ContactChanged => self.t("notice-contact-changed"),
            Notice::ContactUnchanged => self.t("notice-contact-unchanged"),
        }
    }

    /// Returns the sentence about the attempts left before the code is exhausted.
    #[must_use]
    pub fn attempts(&self, remaining: u32) -> String {
        self.t_with("attempts", &count(remaining))
    }

    /// Returns the label of the code field.
    #[must_use]
    pub fn code_label(&self, of: CodeFormat) -> String {
        self.t_with("code-label", &format(of))
    }

    /// Returns the text before and after the contact that the customer typed.
    ///
    /// The sentence says "if", because a page must not reveal who is a customer.
    #[must_use]
    pub fn code_sent_to(&self, of: CodeFormat) -> (String, String) {
        self.split_at_argument("code-sent-to", "contact", &format(of))
    }

    /// Returns the text before and after the new contact of a customer. It says "if", too: a
    /// contact that belongs to somebody else receives nothing.
    #[must_use]
    pub fn new_contact_sent_to(&self, of: CodeFormat) -> (String, String) {
        self.split_at_argument("new-contact-sent-to", "contact", &format(of))
    }

    /// Returns the delivery status of a message to a contact of the kind `of`, and the best next
    /// step. `other` is the kind of contact that the next message may go to.
    #[must_use]
    pub fn delivery(
        &self,
        delivery: DeliveryStatus,
        of: ContactType,
        other: Option<ContactType>,
    ) -> String {
        match delivery {
            DeliveryStatus::Pending => self.t_for_type("delivery-pending", of),
            DeliveryStatus::Sent => self.t_for_type("delivery-sent", of),
            DeliveryStatus::Delivered => self.t_for_type("delivery-delivered", of),
            DeliveryStatus::Overdue => self.t_for_type("delivery-overdue", of),
            DeliveryStatus::Failed(reason) => {
                [self.failed(reason, of), self.next_step(reason, other)].join(" ")
            }
        }
    }

    fn failed(&self, reason: DeliveryFailure, of: ContactType) -> String {
        match reason {
            DeliveryFailure::NoSuchAddress => self.t_for_type("failed-no-such-address", of),
            DeliveryFailure::NotMobile => self.t("failed-not-mobile"),
            DeliveryFailure::Blocked => self.t_for_type("failed-blocked", of),
            DeliveryFailure::Unreachable => self.t_for_type("failed-unreachable", of),
            DeliveryFailure::CountryNotAllowed => self.t("failed-country-not-allowed"),
            DeliveryFailure::SmsBudgetSpent => self.t("failed-sms-budget-spent"),
            DeliveryFailure::Other => self.t("failed-other"),
        }
    }

    fn next_step(&self, reason: DeliveryFailure, other: Option<ContactType>) -> String {
        match (other, reason) {
            (Some(other), _) => self.t_for_type("way-on-switch", other),
            (None, DeliveryFailure::Unreachable | DeliveryFailure::Other) => self.t("way-on-again"),
            (None, _) => self.t("way-on-different"),
        }
    }

    /// Returns what "this was not me" is about and what its button does. `contact` is masked.
    #[must_use]
    pub fn not_me(&self, contact: &str, ends_sessions: bool) -> String {
        let id = if ends_sessions {
            "not-me-text-signed-in"
        } else {
            "not-me-text"
        };
        self.t_with_argument(id, "contact", contact)
    }

    /// Returns what "this was not me" did. `contact` is masked.
    #[must_use]
    pub fn not_me_done(&self, contact: &str, ends_sessions: bool) -> String {
        let id = if ends_sessions {
            "not-me-done-text-signed-out"
        } else {
            "not-me-done-text"
        };
        self.t_with_argument(id, "contact", contact)
    }

    /// Returns why a signed-in customer is asked for a code, and where the code goes or went.
    /// `contact` is masked.
    #[must_use]
    pub fn step_up(&self, contact: Option<&str>, is_sent: bool) -> String {
        match (contact, is_sent) {
            (Some(contact), false) => self.t_with_argument("step-up-ask", "contact", contact),
            (Some(contact), true) => self.t_with_argument("step-up-sent", "contact", contact),
            (None, _) => self.t("step-up-none"),
        }
    }

    /// Returns where and when a customer signed in, and how long ago the session was last used.
    #[must_use]
    pub fn session(&self, place: Option<&str>, since: &str, seconds_idle: i64) -> String {
        self.t_with(
            "session",
            &[
                ("has_place", yes_or_no(place.is_some()).into()),
                ("place", place.unwrap_or_default().into()),
                ("since", since.into()),
                ("ago", self.ago(seconds_idle).into()),
            ],
        )
    }

    /// Returns the name of a browser on an operating system.
    #[must_use]
    pub fn device(&self, browser: Option<&str>, system: &str) -> String {
        self.t_with(
            "device",
            &[
                ("browser", browser.unwrap_or("none").into()),
                ("system", system.into()),
            ],
        )
    }

    /// Returns the sentence about the current contact, which is masked.
    #[must_use]
    pub fn current_contact(&self, contact: Option<&str>) -> String {
        match contact {
            Some(contact) => self.t_with_argument("contact-now", "contact", contact),
            None => self.t("contact-none"),
        }
    }

    /// Returns what undoing a change does. The contacts are masked.
    #[must_use]
    pub fn undo(&self, new: &str, old: Option<&str>) -> String {
        match old {
            Some(old) => self.t_with("undo-changed", &[("old", old.into()), ("new", new.into())]),
            None => self.t_with_argument("undo-added", "new", new),
        }
    }
}
