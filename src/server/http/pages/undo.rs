//! The pages behind the undo link in the notice of a changed contact.

use axum::response::IntoResponse;
use leptos::prelude::*;

use super::{
    query::{TokenQuery, token},
    response::PageResult,
};
use crate::{
    server::{
        domain::PastChange,
        http::{RequestContext, error_response::ProblemResponse},
    },
    ui::pages::{Problem, UndoDonePage, UndoPage, UndoScreen},
};

pub(super) async fn page(context: RequestContext, query: TokenQuery) -> PageResult {
    let token = token(query);
    let Some(PastChange { old, new, .. }) = context.state.account.undoable_change(&token).await?
    else {
        return Ok(ProblemResponse(Problem::InvalidUndoLink).into_response());
    };
    let screen = UndoScreen {
        new: new.to_string(),
        old: old.map(|old| old.to_string()),
        token,
    };
    let page = context.interactive(context.translator.t("undo-heading"));
    context
        .show(page, move || view! { <UndoPage screen=screen.clone() /> })
        .await
}

pub(super) async fn done(context: RequestContext) -> PageResult {
    let page = context.static_page(context.translator.t("undo-done-heading"));
    context.show(page, || view! { <UndoDonePage /> }).await
}
