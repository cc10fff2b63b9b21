//! Renders components to HTML.

use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::{AppState, headers};
use crate::shared::Translator;
use crate::ui::{
    Document, Switch,
    components::{Challenge, proof::WidgetKind},
};

/// The properties of a page that its document needs.
#[derive(Clone, Debug)]
pub struct Page {
    /// The title without the brand.
    pub title: String,
    /// Whether the page has islands.
    pub scripts: bool,
    /// The CAPTCHA provider whose widget the page shows.
    pub widget: Option<WidgetKind>,
    /// The language switch of the page.
    pub switch: Option<Switch>,
    /// Whether the page shows a customer's own data.
    pub is_personal: bool,
    /// Whether the page repeats a part of its address.
    pub repeats_address: bool,
}

/// Marks the response of a page that repeats a part of its address.
#[derive(Clone, Copy)]
pub struct RepeatsAddress;

impl Page {
    /// Creates a page with islands.
    #[must_use]
    pub const fn interactive(title: String) -> Self {
        Self {
            title,
            scripts: true,
            widget: None,
            switch: None,
            is_personal: false,
            repeats_address: false,
        }
    }

    /// Creates a page without islands.
    #[must_use]
    pub const fn static_page(title: String) -> Self {
        Self {
            title,
            scripts: false,
            widget: None,
            switch: None,
            is_personal: false,
            repeats_address: false,
        }
    }

    /// Adds the widget of the required challenge, if it has one.
    #[must_use]
    pub fn with_challenge(self, challenge: &Challenge) -> Self {
        Self {
            widget: challenge.widget(),
            ..self
        }
    }
}

/// Renders a page inside the site's document, in the language of `translator`.
pub async fn page<V, F>(state: &AppState, translator: Translator, page: Page, view: F) -> Response
where
    V: IntoView + 'static,
    F: Fn() -> V + Clone + Send + Sync + 'static,
{
    let (site, reload_port) = (state.site.clone(), state.http.reload_port);
    let repeats_address = page.repeats_address.then_some(RepeatsAddress);
    let language = HeaderValue::from_static(translator.language.code());
    let document = move || {
        headers::allow_page_script(reload_port, page.widget);
        provide_context(translator.clone());
        let (
            Page {
                title,
                scripts,
                switch,
                is_personal,
                ..
            },
            view,
        ) = (page.clone(), view.clone());
        view! { <Document site=site.clone() title scripts is_personal switch>{view()}</Document> }
    };
    // An empty request is enough: the page depends only on its arguments.
    let mut response = leptos_axum::render_app_async(document)(Request::new(Body::empty()))
        .await
        .into_response();
    if let Some(mark) = repeats_address {
        response.extensions_mut().insert(mark);
    }
    response
        .headers_mut()
        .insert(header::CONTENT_LANGUAGE, language);
    // A proxy in front can send this hint before the page (103 Early Hints, RFC 8297).
    let hint = HeaderValue::try_from(format!(
        "<{}>; rel=preload; as=style",
        state.site.stylesheet
    ));
    response
        .headers_mut()
        .extend(hint.ok().map(|hint| (header::LINK, hint)));
    response
}
