//! Message templates: built-in minijinja templates, which files in the operator's folder can
//! replace.

mod error;
mod files;
mod findings;
pub(super) mod plain;
mod samples;
mod say;

use std::path::Path;

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, context};

use crate::{
    server::{
        domain::{Device, place},
        localizer::Localizer,
        ports::messenger::{Content, Message},
    },
    shared::{CodeFormat, Translator, routes},
};

pub use error::TemplateError;
pub use findings::Finding;

const SUBJECT: &str = "subject.txt";
const TEXT: &str = "txt";
const HTML: &str = "html";
const SMS: &str = "sms.txt";
/// The endings of template names.
const TEMPLATE_SUFFIXES: [&str; 4] = [SUBJECT, TEXT, HTML, SMS];
/// The most engine steps that a message may take. Built-in templates take a few hundred.
const MAX_STEPS: u64 = 100_000;

/// The operator's details for every message.
#[derive(Clone, Debug)]
pub struct TemplateSettings {
    /// The brand's name.
    pub brand: String,
    /// The public URL without a trailing slash, for links.
    pub public_url: String,
    /// The host of the public URL, for the origin-bound line of text messages.
    pub host: String,
    /// Whether the subject of an email contains the code: convenient in a notification, but
    /// readable on a locked screen.
    pub code_in_subject: bool,
}

/// The texts of an email. They do not implement `Debug` because they may contain a code.
pub struct EmailTexts {
    /// The subject, on one line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part. Names in it are escaped.
    pub html: String,
}

/// A message in both forms. It does not implement `Debug` because it may contain a code.
pub struct RenderedMessage {
    /// The start of its templates' names.
    pub kind: &'static str,
    /// The message as an email.
    pub email: EmailTexts,
    /// The message as a text message.
    pub sms: String,
}

/// The compiled templates.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    localizer: Localizer,
    settings: TemplateSettings,
}

impl Templates {
    /// Compiles the templates and renders samples of all messages, so that errors are found before
    /// a customer waits for a message. Files in `directory` replace built-in templates.
    ///
    /// # Errors
    /// Returns [`TemplateError`] if a template cannot be used.
    pub fn load(
        settings: TemplateSettings,
        localizer: Localizer,
        directory: Option<&Path>,
    ) -> Result<Self, TemplateError> {
        let mut templates = Self {
            environment: environment(&localizer),
            localizer,
            settings,
        };
        for (name, source) in files::read(directory)? {
            let added = templates.environment.add_template_owned(name, source);
            added.map_err(|error| TemplateError::broken(name, &error))?;
        }
        let default = templates.localizer.default_language();
        samples::all(default).try_for_each(|message| templates.check(&message))?;
        for language in templates.localizer.offered() {
            let messages = samples::complete(CodeFormat::Letters, *language);
            messages
                .iter()
                .try_for_each(|message| templates.check(message))?;
        }
        Ok(templates)
    }

    /// Returns the sentences that the templates use.
    #[must_use]
    pub const fn localizer(&self) -> &Localizer {
        &self.localizer
    }

    /// Renders a message as an email.
    ///
    /// # Errors
    /// Returns the error of a template that does not render.
    pub fn email(&self, message: &Message) -> Result<EmailTexts, TemplateError> {
        let subject = plain::subject(&self.render(message, SUBJECT)?);
        Ok(EmailTexts {
            subject,
            text: self.render(message, TEXT)?,
            html: self.render(message, HTML)?,
        })
    }

    /// Renders a message as a text message. The last line of a message with a code is the
    /// origin-bound one-time code that phones fill in
    /// (<https://wicg.github.io/sms-one-time-codes/>).
    ///
    /// # Errors
    /// Returns the error of a template that does not render.
    pub fn sms(&self, message: &Message) -> Result<String, TemplateError> {
        Ok(self.render(message, SMS)?.trim_end().to_owned())
    }

    /// Renders one sample message of each kind, with codes of this format.
    ///
    /// # Errors
    /// Returns the error of a template that does not render.
    pub fn previews(&self, format: CodeFormat) -> Result<Vec<RenderedMessage>, TemplateError> {
        let messages = samples::complete(format, self.localizer.default_language());
        messages
            .iter()
            .map(|message| self.render_all(message))
            .collect()
    }

    fn render_all(&self, message: &Message) -> Result<RenderedMessage, TemplateError> {
        Ok(RenderedMessage {
            kind: kind(&message.content),
            email: self.email(message)?,
            sms: self.sms(message)?,
        })
    }

    /// Renders a message and checks it. In a message with a code, no part may be empty, and each
    /// part except the subject must contain the code.
    fn check(&self, message: &Message) -> Result<(), TemplateError> {
        let RenderedMessage { kind, email, sms } = self.render_all(message)?;
        let Content::Code { code, .. } = &message.content else {
            return Ok(());
        };
        for (form, text) in [
            (SUBJECT, email.subject),
            (TEXT, email.text),
            (HTML, email.html),
            (SMS, sms),
        ] {
            let file = || format!("{kind}.{form}");
            if text.trim().is_empty() {
                return Err(TemplateError::Empty { file: file() });
            }
            if form != SUBJECT && !shows(&text, code.reveal()) {
                return Err(TemplateError::WithoutCode { file: file() });
            }
        }
        Ok(())
    }

    fn render(&self, message: &Message, form: &str) -> Result<String, TemplateError> {
        let name = format!("{}.{form}", kind(&message.content));
        let variables = self.variables(message);
        let rendered = self
            .environment
            .get_template(&name)
            .and_then(|template| template.render(&variables));
        let text = rendered.map_err(|error| TemplateError::broken(&name, &error))?;
        // In text messages, direction marks cost as much as letters, and phones do not need them.
        Ok(if form == SMS {
            text.replace(['\u{2068}', '\u{2069}'], "")
        } else {
            text
        })
    }

    fn variables(&self, message: &Message) -> Value {
        let TemplateSettings {
            brand,
            public_url,
            host,
            code_in_subject,
        } = &self.settings;
        let language = message.origin.language;
        let translator = self.localizer.translator(language);
        let time = match message.content {
            Content::Code { .. } => self.localizer.time(message.requested_at),
            Content::NewSignIn | Content::ContactChanged { .. } => self
                .localizer
                .short_day_and_time(language, message.requested_at),
        };
        let name = plain::name(&message.customer_name);
        let device = Device::of(&message.origin).map(|device| device_text(&translator, device));
        let place = place(&message.origin)
            .map(|network| translator.t_with("place", &[("network", network.into())]));
        let shared = context! {
            language => language.code(),
            direction => language.direction(),
            brand => plain::name(brand),
            host,
            sign_in_url => public_url,
            has_name => yes_or_no(!name.is_empty()),
            name,
            time,
            has_device => yes_or_no(device.is_some()),
            known => known(device.is_some(), place.is_some()),
            device,
            place,
        };
        let own = match &message.content {
            Content::Code {
                code,
                purpose,
                minutes,
                not_me,
            } => {
                let not_me = not_me
                    .as_ref()
                    .map(|token| routes::with_token(routes::OTP_NOT_ME, token));
                let not_me_url = not_me.map(|path| format!("{public_url}{path}"));
                context! { code => code.reveal(), purpose => purpose.as_str(), minutes, not_me_url, code_in_subject }
            }
            Content::NewSignIn => context! {},
            Content::ContactChanged { new, undo } => {
                let undo_url = |token: &String| {
                    format!(
                        "{public_url}{}",
                        routes::with_token(routes::ACCOUNT_CONTACT_UNDO, token)
                    )
                };
                let undo_url = undo.as_ref().map(undo_url);
                let way = undo_url.clone().unwrap_or_else(|| {
                    translator.t_with("sms-open", &[("host", host.as_str().into())])
                });
                context! { new_contact => new.to_string(), undo_url, way }
            }
        };
        context! { ..own, ..shared }
    }
}

fn device_text(translator: &Translator, device: Device) -> String {
    let browser = device.browser.unwrap_or("none");
    translator.t_with(
        "device",
        &[
            ("browser", browser.into()),
            ("system", device.system.into()),
        ],
    )
}

const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// Returns the name of the sentence variant for what is known about a browser.
const fn known(device: bool, place: bool) -> &'static str {
    match (device, place) {
        (true, true) => "both",
        (true, false) => "device",
        (false, true) => "place",
        (false, false) => "none",
    }
}

/// Returns the start of the names of a message's templates.
const fn kind(content: &Content) -> &'static str {
    match content {
        Content::Code { .. } => "code",
        Content::NewSignIn => "new_sign_in",
        Content::ContactChanged { .. } => "contact_changed",
    }
}

/// Whether a text contains a code, in one piece or in groups.
fn shows(text: &str, code: &str) -> bool {
    let is_digits = code.bytes().all(|b| b.is_ascii_digit());
    let may_be_code = |c: &char| {
        if is_digits {
            c.is_ascii_digit()
        } else {
            c.is_ascii_alphanumeric()
        }
    };
    text.chars()
        .filter(may_be_code)
        .collect::<String>()
        .contains(code)
}

/// Creates an environment that rejects undefined variables, the printing of absent values, and
/// templates that take too many steps.
fn environment(localizer: &Localizer) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.add_function("say", say::function(localizer.clone()));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(MAX_STEPS));
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(HTML) {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment.set_formatter(|out, state, value| {
        if value.is_none() {
            Err(ErrorKind::UndefinedError.into())
        } else {
            minijinja::escape_formatter(out, state, value)
        }
    });
    // With this, an error contains the part of the template that it is about.
    environment.set_debug(true);
    environment
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::LazyLock};

    use proptest::prelude::*;

    use super::*;
    use crate::{
        server::{
            domain::{Code, Contact, EmailAddress, Origin, Purpose, SmsLength, sms_text::Encoding},
            localizer,
            ports::messenger::HandoverSignal,
        },
        shared::{Language, code_text::find_code},
    };

    const SIX: CodeFormat = CodeFormat::Digits(6);

    fn settings(brand: &str, host: &str, code_in_subject: bool) -> TemplateSettings {
        let public_url = format!("https://{host}");
        TemplateSettings {
            brand: brand.to_owned(),
            public_url,
            host: host.to_owned(),
            code_in_subject,
        }
    }

    fn templates(code_in_subject: bool) -> Templates {
        let settings = settings("Waste Billing", "pay.example.com", code_in_subject);
        Templates::load(settings, localizer::tests::all(), None).expect("templates that work")
    }

    fn message(name: &str) -> Message {
        let code = Code::parse("012345", SIX).expect("a code");
        let not_me = Some("abcdefghijklmnop".repeat(4));
        with_content(
            name,
            Content::Code {
                code,
                purpose: Purpose::SignIn,
                minutes: 5,
                not_me,
            },
        )
    }

    fn with_content(name: &str, content: Content) -> Message {
        let address = "user@example.com".to_owned();
        Message {
            to: Contact::Email(EmailAddress::from_canonical(address)),
            customer_name: name.to_owned(),
            content,
            requested_at: "2026-11-22T14:32:10Z".parse().expect("an instant"),
            origin: Origin::default(),
            message_id: "id".to_owned(),
            handover: HandoverSignal::default(),
        }
    }

    fn contact_changed() -> Content {
        let new = Contact::Email(EmailAddress::from_canonical("jane@example.com".to_owned()));
        Content::ContactChanged {
            new,
            undo: Some("abcdefghijkl".repeat(4)),
        }
    }

    fn on_android() -> Origin {
        let user_agent = "Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Mobile Safari/537.36";
        Origin::new(Some([203, 0, 113, 7].into()), Some(user_agent))
    }

    /// Returns the text that a customer copies from a mail program, without tags and head.
    fn as_shown(html: &str) -> String {
        let body = &html[html.find("<body").expect("a body")..];
        let parts = body.split('<').filter_map(|part| part.split_once('>'));
        parts.map(|(_, text)| text).collect()
    }

    fn load(files: &[(&str, &str)]) -> Result<Templates, TemplateError> {
        let directory = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            fs::write(directory.path().join(name), text).expect("a file");
        }
        let settings = settings("Waste Billing", "pay.example.com", false);
        Templates::load(settings, localizer::tests::all(), Some(directory.path()))
    }

    fn error_text(name: &str, text: &str) -> String {
        load(&[(name, text)]).expect_err("a mistake").to_string()
    }

    fn warnings(name: &str, text: &str) -> Vec<String> {
        let findings = load(&[(name, text)])
            .expect("templates that work")
            .findings(SIX)
            .expect("findings");
        findings
            .into_iter()
            .find(|finding| finding.template == name)
            .expect("the template")
            .warnings
    }

    #[test]
    fn code_is_alone_on_its_line_in_both_parts() {
        let email = templates(false).email(&message("Ada")).expect("an email");
        assert!(email.text.lines().any(|line| line == "012345"));
        assert!(
            email
                .html
                .lines()
                .any(|line| line == "<strong>012345</strong>")
        );
        assert_eq!(email.html.matches("<strong>").count(), 1);
    }

    #[test]
    fn subject_contains_the_time_or_if_configured_the_code() {
        let subject = |in_subject| {
            templates(in_subject)
                .email(&message("Ada"))
                .expect("an email")
                .subject
        };
        assert_eq!(
            subject(false),
            "Your Waste Billing sign-in code (14:32 UTC)"
        );
        assert_eq!(subject(true), "012345 is your Waste Billing sign-in code");
    }

    #[test]
    fn sms_ends_with_the_origin_bound_line_and_fits_one_segment() {
        let sms = templates(false)
            .sms(&message("Ada"))
            .expect("a text message");
        assert_eq!(sms.lines().last(), Some("@pay.example.com #012345"));
        assert_eq!(SmsLength::of(&sms).segments, 1);
    }

    #[test]
    fn text_messages_fit_one_segment_with_long_brands_and_hosts() {
        for (brand, host, kinds) in [(40, 30, &["code", "new_sign_in"][..]), (50, 37, &["code"])] {
            let host = format!("{}.example.com", "h".repeat(host - ".example.com".len()));
            let templates = Templates::load(
                settings(&"B".repeat(brand), &host, false),
                localizer::tests::all(),
                None,
            )
            .expect("templates");
            let findings = templates.findings(SIX).expect("findings").into_iter();
            for finding in findings.filter(|finding| finding.language == Language::English) {
                let kind = finding.template.split('.').next().expect("a kind");
                if let Some(length) = finding.length.filter(|_| kinds.contains(&kind)) {
                    assert_eq!(
                        (length.encoding, length.segments),
                        (Encoding::Gsm7, 1),
                        "{}",
                        finding.template
                    );
                    assert!(finding.warnings.is_empty(), "{:?}", finding.warnings);
                }
            }
        }
    }

    #[test]
    fn contact_changed_text_message_fits_two_segments_with_its_link() {
        let host = format!("{}.example.com", "h".repeat(18));
        let templates = Templates::load(
            settings(&"B".repeat(40), &host, false),
            localizer::tests::all(),
            None,
        )
        .expect("templates");
        let sms = templates
            .sms(&with_content("Ada", contact_changed()))
            .expect("a text message");
        let length = SmsLength::of(&sms);
        assert_eq!(
            (length.encoding, length.segments),
            (Encoding::Gsm7, 2),
            "{sms}"
        );
    }

    fn in_language(language: Language, message: Message) -> Message {
        Message {
            origin: Origin {
                language,
                ..message.origin
            },
            ..message
        }
    }

    #[test]
    fn code_text_message_fits_one_segment_in_every_language() {
        for language in Language::ALL {
            let sms = templates(false)
                .sms(&in_language(language, message("Ada")))
                .expect("a text message");
            let encoding = match language {
                Language::Hindi | Language::Arabic => Encoding::Ucs2,
                _ => Encoding::Gsm7,
            };
            let length = SmsLength::of(&sms);
            assert_eq!(
                (length.encoding, length.segments),
                (encoding, 1),
                "{language:?}: {sms}"
            );
        }
    }

    #[test]
    fn text_messages_stay_within_their_segment_limit_in_every_language() {
        let templates = Templates::load(
            settings(&"B".repeat(30), "pay.example.com", false),
            localizer::tests::all(),
            None,
        );
        for finding in templates
            .expect("templates")
            .findings(SIX)
            .expect("findings")
        {
            let Some(length) = finding.length else {
                continue;
            };
            let most = match (
                finding.language,
                finding.template.starts_with("contact_changed"),
            ) {
                // The undo link is as long as a text message.
                (Language::Hindi | Language::Arabic, true) => 4,
                (_, true) => 2,
                (Language::Hindi | Language::Arabic, false) => 3,
                (_, false) => 1,
            };
            assert!(
                length.segments <= most,
                "{} in {:?}: {length}",
                finding.template,
                finding.language
            );
        }
    }

    #[test]
    fn messages_have_the_language_and_direction_of_the_request() {
        let mail = |language| {
            templates(false)
                .email(&in_language(language, message("Ada")))
                .expect("an email")
        };
        let arabic = mail(Language::Arabic);
        assert!(
            arabic.html.contains("<html lang=\"ar\" dir=\"rtl\">") && arabic.html.contains("رمز")
        );
        let german = mail(Language::German);
        assert!(
            german.html.contains("<html lang=\"de\" dir=\"ltr\">") && german.text.contains("Code")
        );
        assert_ne!(german.text, mail(Language::English).text);
    }

    #[test]
    fn pasted_message_yields_its_code_in_every_language() {
        let templates = templates(true);
        for language in Language::ALL {
            let asked = Message {
                origin: on_android(),
                ..message("Ada 007")
            };
            let asked = in_language(language, asked);
            let (email, sms) = (
                templates.email(&asked).expect("an email"),
                templates.sms(&asked).expect("a text"),
            );
            for text in [as_shown(&email.html), email.text, sms] {
                assert_eq!(find_code(&text, SIX).as_deref(), Some("012345"), "{text}");
                assert_eq!(
                    find_code(&text.replace('\n', " "), SIX).as_deref(),
                    Some("012345"),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn code_message_names_its_purpose() {
        let code = |purpose| {
            let code = Code::parse("012345", SIX).expect("a code");
            with_content(
                "Ada",
                Content::Code {
                    code,
                    purpose,
                    minutes: 5,
                    not_me: Some("abcdefghijklmnop".repeat(4)),
                },
            )
        };
        for (purpose, expected) in [
            (Purpose::SignIn, ["sign-in code", "sign-in code"]),
            (
                Purpose::StepUp,
                ["code to confirm that it is you", "confirm code"],
            ),
            (
                Purpose::ChangeContact,
                ["code for a change of contact", "contact code"],
            ),
        ] {
            let [in_mails, in_texts] = expected;
            let EmailTexts {
                subject,
                text,
                html,
            } = templates(false).email(&code(purpose)).expect("an email");
            assert!(
                [subject, text, html]
                    .iter()
                    .all(|text| text.contains(in_mails))
            );
            assert!(
                templates(true)
                    .sms(&code(purpose))
                    .expect("a text message")
                    .contains(in_texts)
            );
        }
    }

    #[test]
    fn pasted_message_yields_its_code() {
        let templates = templates(true);
        let email = templates
            .email(&Message {
                origin: on_android(),
                ..message("Ada 007")
            })
            .expect("an email");
        let sms = templates.sms(&message("Ada")).expect("a text message");
        for text in [as_shown(&email.html), email.text, sms] {
            assert_eq!(find_code(&text, SIX).as_deref(), Some("012345"));
            assert_eq!(
                find_code(&text.replace('\n', " "), SIX).as_deref(),
                Some("012345")
            );
        }
    }

    #[test]
    fn names_cannot_break_a_line_or_inject_markup() {
        let email = templates(false)
            .email(&message("A\r\nBcc: x@y\0<script>"))
            .expect("an email");
        assert!(email.text.contains("Hello A  Bcc: x@y <script>,"));
        assert!(!email.html.contains("<script>"));
        assert!(!email.subject.contains(['\r', '\n']));
    }

    #[test]
    fn code_email_shows_who_requested_it_and_links_to_not_me() {
        let templates = templates(false);
        let text = |origin| {
            templates
                .email(&Message {
                    origin,
                    ..message("Ada")
                })
                .expect("an email")
                .text
        };
        let both = text(on_android());
        assert!(
            both.contains(
                "Asked for at 14:32 UTC from Chrome on Android (the network 203.0.113.*). "
            ),
            "{both}"
        );
        assert!(
            both.lines()
                .any(|line| line.starts_with("https://pay.example.com/otp/not-me/?token=abc")),
            "{both}"
        );
        assert!(text(Origin::default()).contains("Asked for at 14:32 UTC. "));
        let place_only = Origin {
            user_agent: Some("<b>curl</b>".to_owned()),
            ..on_android()
        };
        assert!(text(place_only).contains("Asked for at 14:32 UTC from the network 203.0.113.*. "));
        let html = templates.email(&message("Ada")).expect("an email").html;
        assert!(html.contains(">This was not me</a>"), "{html}");
    }

    #[test]
    fn notices_say_what_happened_when_and_where_and_what_to_do() {
        let templates = templates(false);
        let notice = |content| Message {
            origin: on_android(),
            ..with_content("Ada", content)
        };
        let sign_in = templates
            .email(&notice(Content::NewSignIn))
            .expect("an email");
        assert_eq!(
            sign_in.subject,
            "New sign-in to your Waste Billing account (22 Nov 2026, 14:32 UTC)"
        );
        for expected in [
            "from Chrome on Android (the network 203.0.113.*)",
            "22 Nov 2026, 14:32 UTC",
            "sign in at https://pay.example.com and",
        ] {
            assert!(
                sign_in.text.contains(expected)
                    && as_shown(&sign_in.html)
                        .replace("&#x2f;", "/")
                        .contains(expected),
                "{expected}"
            );
        }
        let changed = templates
            .email(&notice(contact_changed()))
            .expect("an email");
        for text in [
            changed.text,
            changed.html,
            templates
                .sms(&notice(contact_changed()))
                .expect("a text message"),
        ] {
            assert!(
                text.contains("j***@example.com") && !text.contains("jane"),
                "{text}"
            );
        }
        assert_eq!(
            templates
                .sms(&notice(Content::NewSignIn))
                .expect("a text message"),
            "Waste Billing: new sign-in from Chrome on Android, 22 Nov 2026, 14:32 UTC. Not you? Open pay.example.com"
        );
    }

    #[test]
    fn customer_without_a_printable_name_is_greeted_without_a_name() {
        let email = templates(false)
            .email(&message("\u{200b}123456"))
            .expect("an email");
        assert!(email.text.starts_with("Hello,\n") && email.html.contains("<p>Hello,</p>"));
    }

    #[test]
    fn file_in_the_folder_replaces_the_built_in_template() {
        let templates = load(&[
            (
                "code.sms.txt",
                "\u{feff}{{ code }}\r\n\r\n@{{ host }} #{{ code }}\r\n",
            ),
            (".keep", ""),
        ]);
        let templates = templates.expect("templates that work");
        assert_eq!(
            templates.sms(&message("Ada")).expect("a text message"),
            "012345\n\n@pay.example.com #012345"
        );
        assert!(
            templates
                .email(&message("Ada"))
                .expect("an email")
                .text
                .starts_with("Hello Ada,")
        );
    }

    #[test]
    fn every_built_in_template_has_a_sample() {
        let samples = samples::complete(SIX, Language::English);
        let kinds = samples.map(|message| kind(&message.content));
        let expected: Vec<_> = kinds
            .iter()
            .flat_map(|kind| TEMPLATE_SUFFIXES.map(|form| format!("{kind}.{form}")))
            .collect();
        let missing: Vec<_> = files::names()
            .filter(|name| !expected.iter().any(|it| it == name))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn broken_template_is_reported_with_its_line_at_load() {
        for (text, expected) in [
            (
                "a\n{{ nmae }}",
                "code.txt does not work in line 2: `nmae` is unknown, or not there in every message.",
            ),
            (
                "a\n\n{{ new_contact }}",
                "code.txt does not work in line 3: `new_contact` is unknown",
            ),
            (
                "{{ code }}\nfrom {{ device }}",
                "code.txt does not work in line 2: `device` is unknown, or not there in every",
            ),
            ("{% if place %}{{ plaice }}{% endif %}", "line 1: `plaice`"),
            (
                "{{ code }}{% if not name %}{{ nobody }}{% endif %}",
                "line 1: `nobody`",
            ),
            (
                "{{ code }}{% if minutes == 1 %}\n{{ minuts }}{% endif %}",
                "line 2: `minuts`",
            ),
            ("a\n{{ code", "line 2: syntax error: "),
            ("{% if code %}", "syntax error: "),
            ("{{ code | upcase }}", "line 1: unknown filter: "),
            (
                "\n{% include \"footer.txt\" %}",
                "line 2: template not found: ",
            ),
            (
                "\n{{ code + minutes }}",
                "line 2: invalid operation at `code + minutes`.",
            ),
        ] {
            let error_text = error_text("code.txt", text);
            assert!(
                error_text.starts_with("The message template code.txt does not work in line "),
                "{error_text}"
            );
            assert!(
                error_text.contains(expected) && error_text.lines().count() == 1,
                "{error_text}"
            );
        }
    }

    #[test]
    fn code_template_that_is_empty_or_omits_the_code_is_rejected() {
        for form in TEMPLATE_SUFFIXES {
            let name = format!("code.{form}");
            for text in ["", " \n\t", "{% if name %}{{ code }}{% endif %}"] {
                let expected = format!("The message template {name} renders an empty message.");
                assert_eq!(error_text(&name, text), expected, "{text:?}");
            }
        }
        for form in [TEXT, HTML, SMS] {
            let name = format!("code.{form}");
            let expected = format!(
                "The message template {name} renders a message without its code, {{{{ code }}}}."
            );
            assert_eq!(
                error_text(&name, "Works for {{ minutes }} minutes"),
                expected
            );
            assert!(load(&[(name.as_str(), "{{ code[:3] }} {{ code[3:] }}")]).is_ok());
        }
        assert!(load(&[("code.subject.txt", "A code")]).is_ok());
    }

    #[test]
    fn loops_with_too_many_steps_are_rejected() {
        let (open, close) = ("{% for i in range(9999) %}", "{% endfor %}");
        let error_text = error_text(
            "code.txt",
            &format!("{{{{ code }}}}{}{}", open.repeat(4), close.repeat(4)),
        );
        assert!(
            error_text.starts_with("The message template code.txt does not work in line 1"),
            "{error_text}"
        );
        assert!(
            error_text.ends_with(": its loops take too many steps."),
            "{error_text}"
        );
        let many = "{{ code }}{% for i in range(2000) %}-{% endfor %}";
        assert!(load(&[("code.txt", many)]).is_ok());
    }

    #[test]
    fn error_names_the_file_that_is_not_a_template_or_not_text() {
        let error_text = error_text("code.text", "");
        assert!(error_text.contains(
            "contains code.text, which is not a message template; templates are code.subject.txt, "
        ));
        let directory = tempfile::tempdir().expect("a folder");
        fs::write(directory.path().join("code.txt"), [0xff, 0xfe]).expect("a file");
        let load = |path| {
            let templates = Templates::load(
                settings("B", "h", false),
                localizer::tests::all(),
                Some(path),
            );
            templates.expect_err("a mistake").to_string()
        };
        assert!(load(directory.path()).contains("code.txt: "));
        assert!(
            load(&directory.path().join("gone"))
                .starts_with("The setting templates.directory cannot be used: ")
        );
    }

    #[test]
    fn costly_or_confusing_templates_get_warnings() {
        assert!(warnings("code.sms.txt", "{{ code }}\n\n@{{ host }} #{{ code }}").is_empty());
        let line = "\n\n@{{ host }} #{{ code }}";
        let foreign = warnings("code.sms.txt", &format!("It’s {{{{ code }}}}{line}"));
        assert_eq!(
            foreign,
            [
                "'’' (U+2019) in line 1, column 3 is not in GSM-7, so a segment holds 70 characters and not 160"
            ]
        );
        let long = warnings("code.sms.txt", &format!("{}{line}", "a".repeat(150)));
        assert!(
            long.len() == 1 && long[0].ends_with("begins the second segment"),
            "{long:?}"
        );
        assert!(
            warnings("code.sms.txt", "Code: {{ code }}")[0]
                .starts_with("no phone fills the code in")
        );
        assert!(
            warnings("code.txt", "{{ code }}, or call 0800 123456")[0]
                .contains("pastes the whole message")
        );
    }

    #[test]
    fn included_template_is_rendered_with_the_including_message() {
        let error = error_text("new_sign_in.txt", "{% include \"code.txt\" %}");
        assert!(error.contains("code.txt"), "{error}");
    }

    /// Generates names that an attacker could choose to break a message.
    fn hostile_name() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "\\PC{0,12}",
            "[0-9]{1,11}",
            "[\r\n\0\t\u{85}\u{2028}\u{2029}]{1,3}",
            "[\u{61c}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}]{1,3}",
            "[\u{660}-\u{669}]{1,8}",
            Just("#123456".to_owned()),
            Just("{{ code }}<script>&\"'".to_owned()),
            Just("x".repeat(8_192)),
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn hostile_names_do_not_change_the_lines_or_the_code(
            name in hostile_name(), brand in hostile_name(), not_me in "[a-p]{64,80}", code in "[0-9]{6}"
        ) {
            static PLAIN: LazyLock<Templates> = LazyLock::new(|| templates(true));
            let plain = &*PLAIN;
            let settings = settings(&brand, "pay.example.com", true);
            let hostile = Templates { environment: plain.environment.clone(), localizer: plain.localizer.clone(), settings };
            let message = |name| {
                let code = Code::parse(&code, SIX).expect("a code");
                let content = Content::Code { code, purpose: Purpose::SignIn, minutes: 5, not_me: Some(not_me.clone()) };
                Message { origin: on_android(), ..with_content(name, content) }
            };
            let (expected, email) = (plain.email(&message("Ada"))?, hostile.email(&message(&name))?);
            let sms = hostile.sms(&message(&name))?;
            prop_assert!(email.subject.chars().count() <= 150 && email.subject.lines().count() == 1);
            for (text, expected) in [(&email.text, &expected.text), (&email.html, &expected.html), (&sms, &plain.sms(&message("Ada"))?)] {
                prop_assert_eq!(text.lines().count(), expected.lines().count(), "{}", text);
                let unseen = |c: char| (c.is_control() && c != '\n') || "\u{2028}\u{2029}\u{202e}\u{200b}\u{2066}\u{61c}".contains(c);
                prop_assert!(!text.contains(unseen), "{:?}", text);
            }
            prop_assert!(!email.html.contains("<script"));
            for text in [as_shown(&email.html), email.text.clone(), sms.clone(), format!("{}\n{}", email.subject, email.text)] {
                prop_assert_eq!(find_code(&text, SIX), Some(code.clone()), "{}", text);
                prop_assert_eq!(find_code(&text.replace('\n', " "), SIX), Some(code.clone()), "{}", text);
            }
        }
    }
}
