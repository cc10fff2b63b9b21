//! Proof-of-work challenges for browsers that need one. The server stores none of them, and pages
//! of other sites cannot read them.

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{AppState, error_response::ProblemResponse};
use crate::{shared::routes, ui::pages::Problem};

/// Returns the route of the challenge.
pub fn routes() -> Router<AppState> {
    Router::new().route(routes::OTP_CHALLENGE, get(challenge))
}

async fn challenge(State(state): State<AppState>) -> Response {
    match state.sign_in.codes.challenge() {
        Some(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        None => ProblemResponse(Problem::NotFound).into_response(),
    }
}
