//! The challenge that has to be solved before a message is requested, beyond the soft limit of a
//! network.

use leptos::either::EitherOf3;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::api::fields;
use crate::ui::messages::use_translator;

/// The action name of our forms, which Turnstile reports to the server.
pub const ACTION: &str = "sign_in";

/// The challenge that a page requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// No challenge.
    None,
    /// A proof of work; an island starts it.
    ProofOfWork,
    /// A challenge from the script of a provider.
    Widget(Widget),
}

/// The challenge of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widget {
    /// The provider.
    pub kind: WidgetKind,
    /// The key that identifies the site to the provider.
    pub site_key: String,
}

/// A provider of challenges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WidgetKind {
    /// Cloudflare Turnstile:
    /// <https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/>
    Turnstile,
    /// hCaptcha: <https://docs.hcaptcha.com/>
    HCaptcha,
}

impl Challenge {
    /// Returns the provider whose script the page needs, if any.
    #[must_use]
    pub const fn widget(&self) -> Option<WidgetKind> {
        match self {
            Self::Widget(widget) => Some(widget.kind),
            Self::None | Self::ProofOfWork => None,
        }
    }
}

impl WidgetKind {
    const fn script(self) -> &'static str {
        match self {
            Self::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/api.js",
            Self::HCaptcha => "https://js.hcaptcha.com/1/api.js?recaptchacompat=off",
        }
    }

    /// Returns the class of the element that the provider's script fills.
    const fn class(self) -> &'static str {
        match self {
            Self::Turnstile => "cf-turnstile",
            Self::HCaptcha => "h-captcha",
        }
    }
}

/// The part of a challenge inside a form: the field for the solution, or the element for the
/// provider's challenge, which adds its own field.
#[component]
pub fn Proof(
    /// The challenge that the page requires.
    challenge: Challenge,
) -> impl IntoView {
    let translator = use_translator();
    match challenge {
        Challenge::None => EitherOf3::A(()),
        Challenge::ProofOfWork => {
            EitherOf3::B(view! { <input type="hidden" name=fields::SOLUTION /> })
        }
        Challenge::Widget(Widget { kind, site_key }) => EitherOf3::C(view! {
            <p class="hint">{translator.t("widget-hint")}</p>
            <div class=kind.class() data-sitekey=site_key data-action=ACTION></div>
        }),
    }
}

/// The part of a challenge that all forms of a page share: the progress of a proof of work, which
/// an island shows and fills, or the provider's script. It appears once on a page.
#[component]
pub fn ChallengeProgress(
    /// The challenge that the page requires.
    challenge: Challenge,
) -> impl IntoView {
    let translator = use_translator();
    match challenge {
        Challenge::None => EitherOf3::A(()),
        Challenge::ProofOfWork => EitherOf3::B(view! {
            <div id="proof" hidden=true data-progress=translator.t_with_placeholder("proving", "percent") data-started=translator.t("proving-started")>
                <label id="proof-label" for="proof-bar">
                    {translator.t_with_argument("proving", "percent", 0_u32)}
                </label>
                <progress id="proof-bar" max="100" value="0"></progress>
            </div>
            <p id="proof-status" class="visually-hidden" role="status"></p>
        }),
        Challenge::Widget(Widget { kind, .. }) => EitherOf3::C(
            view! { <script src=kind.script() async=true defer=true nonce=use_nonce()></script> },
        ),
    }
}
