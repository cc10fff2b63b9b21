//! The pages behind the "this was not me" link.

use axum::response::IntoResponse;
use leptos::prelude::*;

use super::{
    query::{TokenQuery, token},
    response::PageResult,
};
use crate::{
    server::http::{
        RequestContext,
        error_response::{ProblemResponse, ServerError},
    },
    ui::pages::{NotMeDonePage, NotMePage, NotMeScreen, Problem},
};

pub(super) async fn page(context: RequestContext, query: TokenQuery) -> PageResult {
    let Some(screen) = screen(&context, query).await? else {
        return Ok(ProblemResponse(Problem::InvalidLink).into_response());
    };
    let page = context.interactive(context.translator.t("not-me-heading"));
    context
        .show(page, move || view! { <NotMePage screen=screen.clone() /> })
        .await
}

pub(super) async fn done(context: RequestContext, query: TokenQuery) -> PageResult {
    let Some(screen) = screen(&context, query).await? else {
        return Ok(ProblemResponse(Problem::InvalidLink).into_response());
    };
    let NotMeScreen {
        contact,
        ends_sessions,
        ..
    } = screen;
    let page = context.static_page(context.translator.t("not-me-done-heading"));
    context
        .show(
            page,
            move || view! { <NotMeDonePage contact=contact.clone() ends_sessions /> },
        )
        .await
}

/// Returns the screen for a link; `None` if the link does not work.
async fn screen(
    context: &RequestContext,
    query: TokenQuery,
) -> Result<Option<NotMeScreen>, ServerError> {
    let token = token(query);
    let subject = context.state.sign_in.not_me_subject(&token).await?;
    Ok(subject.map(|subject| NotMeScreen {
        contact: subject.contact.to_string(),
        ends_sessions: subject.ends_sessions,
        token,
    }))
}
