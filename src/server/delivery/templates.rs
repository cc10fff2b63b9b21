//! The words of messages: minijinja templates, embedded.

use minijinja::{AutoEscape, Environment, context};

use crate::server::service::ports::{Content, Message};

const SUBJECT: &str = "code.subject.txt";
const TEXT: &str = "code.txt";
const HTML: &str = "code.html";
const SMS: &str = "code.sms.txt";

const SOURCES: [(&str, &str); 4] = [
    (SUBJECT, include_str!("templates/code.subject.txt")),
    (TEXT, include_str!("templates/code.txt")),
    (HTML, include_str!("templates/code.html")),
    (SMS, include_str!("templates/code.sms.txt")),
];

/// What the operator says in every message.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The brand's name.
    pub brand: String,
    /// The host of the public address, for the origin-bound line of text messages.
    pub host: String,
    /// Whether the subject of a mail holds the code. Handy in a notification, and readable on a locked screen.
    pub code_in_subject: bool,
}

/// An email's texts. It has no `Debug`: it holds the code.
pub struct EmailTexts {
    /// One line.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part, names escaped.
    pub html: String,
}

/// The templates, compiled.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    sender: Sender,
}

impl Templates {
    /// Compiles the templates.
    ///
    /// # Errors
    /// The template that does not compile, with its line.
    pub fn new(sender: Sender) -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|name| if name == HTML { AutoEscape::Html } else { AutoEscape::None });
        for (name, source) in SOURCES {
            environment.add_template(name, source)?;
        }
        Ok(Self { environment, sender })
    }

    /// The email that brings a code.
    ///
    /// # Errors
    /// The template that does not render.
    pub fn email(&self, message: &Message) -> Result<EmailTexts, minijinja::Error> {
        let subject = self.render(SUBJECT, message)?.trim().to_owned();
        Ok(EmailTexts { subject, text: self.render(TEXT, message)?, html: self.render(HTML, message)? })
    }

    /// The text message that brings a code. Its last line is the origin-bound one-time code that phones fill in
    /// (<https://wicg.github.io/sms-one-time-codes/>).
    ///
    /// # Errors
    /// The template that does not render.
    pub fn sms(&self, message: &Message) -> Result<String, minijinja::Error> {
        Ok(self.render(SMS, message)?.trim_end().to_owned())
    }

    fn render(&self, template: &str, message: &Message) -> Result<String, minijinja::Error> {
        let shared = context! {
            brand => one_line(&self.sender.brand),
            host => self.sender.host,
            code_in_subject => self.sender.code_in_subject,
            name => one_line(&message.customer_name),
            asked_at => message.asked_at.strftime("%H:%M UTC").to_string(),
        };
        let own = match &message.content {
            Content::Code { code, minutes, .. } => context! { code => code.reveal(), minutes },
            Content::NewSignIn => context! {},
            Content::ContactChanged { new } => context! { new => new.to_string() },
        };
        self.environment.get_template(template)?.render(context! { ..own, ..shared })
    }
}

/// A name as part of one line: a line break in it could begin a header or fake a line of ours (CWE-93).
pub(super) fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        server::domain::{Code, Contact, Origin, Region},
        shared::{ContactType, code_text::find_code},
    };

    fn templates(code_in_subject: bool) -> Templates {
        let sender = Sender { brand: "Waste Billing".to_owned(), host: "pay.example.com".to_owned(), code_in_subject };
        Templates::new(sender).expect("templates that compile")
    }

    fn message(name: &str) -> Message {
        let region = Region::parse("US").expect("a region");
        Message {
            to: Contact::parse(ContactType::Email, "user@example.com", region).expect("a contact"),
            customer_name: name.to_owned(),
            content: Content::Code {
                code: Code::parse("012345", 6).expect("a code"),
                minutes: 5,
                not_me: "token".to_owned(),
            },
            asked_at: "2026-11-22T14:32:10Z".parse().expect("an instant"),
            origin: Origin::default(),
            message_id: "id".to_owned(),
        }
    }

    #[test]
    fn the_code_stands_alone_on_its_line_in_both_parts() {
        let email = templates(false).email(&message("Ada")).expect("an email");
        assert!(email.text.lines().any(|line| line == "012345"));
        assert!(email.html.lines().any(|line| line == "<strong>012345</strong>"));
    }

    #[test]
    fn the_subject_is_unique_by_time_and_holds_the_code_only_if_the_operator_wants_it() {
        let subject = |in_subject| templates(in_subject).email(&message("Ada")).expect("an email").subject;
        assert_eq!(subject(false), "Your Waste Billing sign-in code (14:32 UTC)");
        assert_eq!(subject(true), "012345 is your Waste Billing sign-in code");
    }

    #[test]
    fn the_sms_ends_with_the_origin_bound_line_and_fits_one_segment() {
        let sms = templates(false).sms(&message("Ada")).expect("a text message");
        assert_eq!(sms.lines().last(), Some("@pay.example.com #012345"));
        // GSM 03.38: 160 characters of the default alphabet, which holds all of printable ASCII that we use.
        assert!(sms.is_ascii() && sms.len() <= 160, "{} characters", sms.len());
    }

    #[test]
    fn whole_messages_paste_into_their_code() {
        let templates = templates(true);
        let email = templates.email(&message("Ada 007")).expect("an email");
        let sms = templates.sms(&message("Ada")).expect("a text message");
        for text in [email.text, sms] {
            assert_eq!(find_code(&text, 6).as_deref(), Some("012345"));
            assert_eq!(find_code(&text.replace('\n', " "), 6).as_deref(), Some("012345"));
        }
    }

    #[test]
    fn names_cannot_break_a_line_or_inject_markup() {
        let email = templates(false).email(&message("A\r\nBcc: x@y\0<script>")).expect("an email");
        assert!(email.text.contains("Hello A  Bcc: x@y <script>,"));
        assert!(!email.html.contains("<script>"));
        assert!(!email.subject.contains(['\r', '\n']));
    }
}
