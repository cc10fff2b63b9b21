//! Sample messages for checking templates.

use jiff::Timestamp;

use crate::server::{
    domain::{Code, Contact, EmailAddress, Key, Origin, Purpose},
    ports::messenger::{Content, HandoverSignal, Message},
};
use crate::shared::{CodeFormat, Language};

/// The format of the longest numeric code that the settings allow.
const LONGEST_CODE: CodeFormat = CodeFormat::Digits(10);

/// 2026-11-22, 14:32:10 UTC.
const ASKED_AT: Timestamp = Timestamp::constant(1_795_357_930, 0);
/// A browser and a network with the longest descriptions.
const USER_AGENT: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 \
                          Chrome/136.0.0.0 Mobile Safari/537.36";
const NETWORK: &str = "203.0.113.0/24";
/// The token of an undo link.
const UNDO: &str = "abcdefghijklmnopabcdefghijklmnopabcdefghijklmnop";

/// Returns a message of each kind with all optional parts, in a language.
pub(super) fn complete(format: CodeFormat, language: Language) -> [Message; 3] {
    let (ip_prefix, user_agent) = (Some(NETWORK.to_owned()), Some(USER_AGENT.to_owned()));
    let origin = Origin {
        ip_prefix,
        user_agent,
        language,
    };
    [
        code(format, Purpose::SignIn, 10),
        Content::NewSignIn,
        contact_changed(Some(UNDO)),
    ]
    .map(|content| message(content, "Ada Lovelace", origin.clone()))
}

/// Returns messages of each kind, with and without each optional part, in a language.
pub(super) fn all(language: Language) -> impl Iterator<Item = Message> {
    let names = ["Ada Lovelace", ""];
    let networks = [Some(NETWORK), None];
    let browsers = [Some(USER_AGENT), None];
    let origins = networks
        .into_iter()
        .flat_map(move |network| browsers.map(|browser| (network, browser)));
    let people = origins.flat_map(move |origin| names.map(|name| (name, origin)));
    people.flat_map(move |(name, (network, browser))| {
        let (ip_prefix, user_agent) = (
            network.map(ToOwned::to_owned),
            browser.map(ToOwned::to_owned),
        );
        let origin = Origin {
            ip_prefix,
            user_agent,
            language,
        };
        let sign_in = [
            (LONGEST_CODE, 10),
            (LONGEST_CODE, 1),
            (CodeFormat::Letters, 10),
        ]
        .map(|(format, minutes)| code(format, Purpose::SignIn, minutes));
        let others = [Purpose::StepUp, Purpose::ChangeContact]
            .into_iter()
            .flat_map(|purpose| [10, 1].map(|minutes| code(LONGEST_CODE, purpose, minutes)));
        let notices = [
            Content::NewSignIn,
            contact_changed(Some(UNDO)),
            contact_changed(None),
        ];
        let contents = sign_in.into_iter().chain(others).chain(notices);
        contents.map(move |content| message(content, name, origin.clone()))
    })
}

fn code(format: CodeFormat, purpose: Purpose, minutes: i64) -> Content {
    let code = Code::derive(&Key::new([0; 32]), 1, &[], 1, format);
    let not_me = (purpose != Purpose::ChangeContact).then(|| "abcdefghijklmnop".repeat(4));
    Content::Code {
        code,
        purpose,
        minutes,
        not_me,
    }
}

fn contact_changed(undo: Option<&str>) -> Content {
    let new = Contact::Email(EmailAddress::from_canonical(
        "ada@post.example.com".to_owned(),
    ));
    Content::ContactChanged {
        new,
        undo: undo.map(ToOwned::to_owned),
    }
}

fn message(content: Content, name: &str, origin: Origin) -> Message {
    Message {
        to: Contact::Email(EmailAddress::from_canonical("ada@example.com".to_owned())),
        customer_name: name.to_owned(),
        content,
        requested_at: ASKED_AT,
        origin,
        message_id: "sample".to_owned(),
        handover: HandoverSignal::default(),
    }
}
