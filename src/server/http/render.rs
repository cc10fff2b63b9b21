//! Components to HTML.

use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::{AppState, headers};
use crate::shared::Words;
use crate::ui::{
    Document, Switch,
    components::{Asked, proof::WidgetKind},
};

/// What a page's document needs to know of it.
#[derive(Clone, Debug)]
pub struct Page {
    /// Without the brand.
    pub title: String,
    /// Whether it has islands.
    pub scripts: bool,
    /// Whose check it shows.
    pub widget: Option<WidgetKind>,
    /// How its visitor can change the language.
    pub switch: Option<Switch>,
    /// Whether it shows what is a customer's own.
    pub is_personal: bool,
    /// Whether it repeats a part of its address.
    pub repeats_address: bool,
}

/// Marks the response with such a page.
#[derive(Clone, Copy)]
pub struct RepeatsAddress;

impl Page {
    /// A page with islands.
    #[must_use]
    pub const fn alive(title: String) -> Self {
        Self {
            title,
            scripts: true,
            widget: None,
            switch: None,
            is_personal: false,
            repeats_address: false,
        }
    }

    /// A page that is HTML alone.
    #[must_use]
    pub const fn still(title: String) -> Self {
        Self {
            title,
            scripts: false,
            widget: None,
            switch: None,
            is_personal: false,
            repeats_address: false,
        }
    }

    /// The page with what has to be solved on it.
    #[must_use]
    pub fn asking(self, asked: &Asked) -> Self {
        Self {
            widget: asked.widget(),
            ..self
        }
    }
}

/// Renders a page inside the site's document, in the language of the words.
pub async fn page<V, F>(state: &AppState, words: Words, page: Page, view: F) -> Response
where
    V: IntoView + 'static,
    F: Fn() -> V + Clone + Send + Sync + 'static,
{
    let (site, reload_port) = (state.site.clone(), state.edge.reload_port);
    let repeats_address = page.repeats_address.then_some(RepeatsAddress);
    let language = HeaderValue::from_static(words.language.code());
    let document = move || {
        headers::allow_page_script(reload_port, page.widget);
        provide_context(words.clone());
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
    // The page is made of what it was given; the request itself has been answered for before.
    let mut response = leptos_axum::render_app_async(document)(Request::new(Body::empty()))
        .await
        .into_response();
    if let Some(mark) = repeats_address {
        response.extensions_mut().insert(mark);
    }
    response
        .headers_mut()
        .insert(header::CONTENT_LANGUAGE, language);
    // A proxy in front can send it on ahead of the page (103 Early Hints, RFC 8297).
    let hint = HeaderValue::try_from(format!(
        "<{}>; rel=preload; as=style",
        state.site.stylesheet
    ));
    response
        .headers_mut()
        .extend(hint.ok().map(|hint| (header::LINK, hint)));
    response
}
