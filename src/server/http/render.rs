//! Components to HTML.

use axum::{
    body::Body,
    http::Request,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::{AppState, headers};
use crate::ui::{
    Document,
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
}

impl Page {
    /// A page with islands.
    #[must_use]
    pub const fn alive(title: String) -> Self {
        Self { title, scripts: true, widget: None }
    }

    /// A page that is HTML alone.
    #[must_use]
    pub const fn still(title: String) -> Self {
        Self { title, scripts: false, widget: None }
    }

    /// The page with what has to be solved on it.
    #[must_use]
    pub fn asking(self, asked: &Asked) -> Self {
        Self { widget: asked.widget(), ..self }
    }
}

/// Renders a page inside the site's document.
pub async fn page<V, F>(state: &AppState, page: Page, view: F) -> Response
where
    V: IntoView + 'static,
    F: Fn() -> V + Clone + Send + Sync + 'static,
{
    let (site, reload_port) = ((*state.site).clone(), state.edge.reload_port);
    let document = move || {
        headers::allow_page_script(reload_port, page.widget);
        let (Page { title, scripts, .. }, view) = (page.clone(), view.clone());
        view! { <Document site=site.clone() title scripts>{view()}</Document> }
    };
    // The page is made of what it was given; the request itself has been answered for before.
    leptos_axum::render_app_async(document)(Request::new(Body::empty())).await.into_response()
}
