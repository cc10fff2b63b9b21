//! What has to be solved before a message is asked for, beyond the soft limit of a network.

use leptos::either::EitherOf3;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::api::fields;
use crate::ui::messages::use_words;

/// The name of our forms, as Turnstile knows it and says it to the server.
pub const ACTION: &str = "sign_in";

/// What has to be solved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// A proof of work, which an island starts.
    Work,
    /// What the script of a provider asks.
    Widget(Widget),
}

/// The check of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widget {
    /// Whose.
    pub kind: WidgetKind,
    /// The site, as the provider knows it.
    pub site_key: String,
}

/// Whose check it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WidgetKind {
    /// <https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/>
    Turnstile,
    /// <https://docs.hcaptcha.com/>
    HCaptcha,
}

impl Asked {
    /// Whose script the page needs.
    #[must_use]
    pub const fn widget(&self) -> Option<WidgetKind> {
        match self {
            Self::Widget(widget) => Some(widget.kind),
            Self::Nothing | Self::Work => None,
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

    /// What the script looks for, to fill it.
    const fn class(self) -> &'static str {
        match self {
            Self::Turnstile => "cf-turnstile",
            Self::HCaptcha => "h-captcha",
        }
    }
}

/// Inside a form: the field that takes the solution, or the place of the provider's check, which
/// brings its own.
#[component]
pub fn Proof(
    /// What has to be solved.
    asked: Asked,
) -> impl IntoView {
    let words = use_words();
    match asked {
        Asked::Nothing => EitherOf3::A(()),
        Asked::Work => EitherOf3::B(view! { <input type="hidden" name=fields::SOLUTION /> }),
        Asked::Widget(Widget { kind, site_key }) => EitherOf3::C(view! {
            <p class="hint">{words.say("widget-hint")}</p>
            <div class=kind.class() data-sitekey=site_key data-action=ACTION></div>
        }),
    }
}

/// Once on a page, for all its forms: how far the browser is with a proof of work, which an island
/// shows and fills; or the provider's script.
#[component]
pub fn ProofMeans(
    /// What has to be solved.
    asked: Asked,
) -> impl IntoView {
    let words = use_words();
    match asked {
        Asked::Nothing => EitherOf3::A(()),
        Asked::Work => EitherOf3::B(view! {
            <div id="proof" hidden=true data-far=words.with_place("proving", "percent") data-started=words.say("proving-started")>
                <label id="proof-label" for="proof-bar">
                    {words.with("proving", "percent", 0_u32)}
                </label>
                <progress id="proof-bar" max="100" value="0"></progress>
            </div>
            <p id="proof-status" class="visually-hidden" role="status"></p>
        }),
        Asked::Widget(Widget { kind, .. }) => EitherOf3::C(
            view! { <script src=kind.script() async=true defer=true nonce=use_nonce()></script> },
        ),
    }
}
