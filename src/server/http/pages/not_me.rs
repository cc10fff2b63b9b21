//! The pages behind the "this was not me" link.

use axum::response::IntoResponse;
use leptos::prelude::*;

use super::{
    answer::Answer,
    query::{TokenQuery, token},
};
use crate::{
    server::http::{
        RequestContext,
        failure::{Failed, Refusal},
    },
    ui::pages::{NotMeDonePage, NotMePage, NotMeScreen, Problem},
};

pub(super) async fn page(context: RequestContext, query: TokenQuery) -> Answer {
    let Some(screen) = screen(&context, query).await? else {
        return Ok(Refusal(Problem::InvalidLink).into_response());
    };
    let page = context.interactive(context.translator.t("not-me-heading"));
    context
        .show(page, move || view! { <NotMePage screen=screen.clone() /> })
        .await
}

pub(super) async fn done(context: RequestContext, query: TokenQuery) -> Answer {
    let Some(screen) = screen(&context, query).await? else {
        return Ok(Refusal(Problem::InvalidLink).into_response());
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
) -> Result<Option<NotMeScreen>, Failed> {
    let token = token(query);
    let subject = context.state.sign_in.not_me_subject(&token).await?;
    Ok(subject.map(|subject| NotMeScreen {
        contact: subject.contact.to_string(),
        ends_sessions: subject.ends_sessions,
        token,
    }))
}
