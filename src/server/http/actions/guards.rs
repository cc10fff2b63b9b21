//! What several forms ask before or after their use case.

use super::{Accepted, Outcome, Refused};
use crate::{
    api::OtpError,
    server::{
        account::{Denied, SignedInCustomer},
        codes::check::VerifyError,
        domain::check_code::Rejection,
        http::RequestContext,
    },
    shared::routes,
};

/// Whether the visitor is signed in already.
pub(super) async fn is_signed_in(context: &RequestContext) -> Result<bool, OtpError> {
    let customer = context.state.account.signed_in(&context.browser).await;
    Ok(customer
        .map_err(|error| context.unexpected(&error))?
        .is_some())
}

/// The customer, if they have entered a code lately; else the way there.
pub(super) async fn confirmed(
    context: &RequestContext,
    page: &'static str,
) -> Result<SignedInCustomer, Outcome> {
    context
        .state
        .account
        .confirmed(&context.browser)
        .await
        .map_err(|denied| match denied {
            Denied::NotSignedIn => Ok(Accepted::at(routes::OTP_REQUEST)),
            Denied::NotConfirmed => Ok(Accepted::at(&routes::confirm_before(page))),
            Denied::Store(error) => Err(Refused::at(page, context.unexpected(&error))),
        })
}

/// Back to where a code is entered, or to where one is asked for. Without an OTP that page decides
/// where to go.
pub(super) fn code_refused(
    context: &RequestContext,
    error: VerifyError,
    [enter, ask]: [&str; 2],
) -> Refused {
    let rejected = |rejections: &[Rejection]| matches!(&error, VerifyError::Rejected(rejection) if rejections.contains(rejection));
    let has_no_otp = rejected(&[Rejection::NoOtp, Rejection::AlreadyUsed]);
    let is_over = rejected(&[Rejection::Expired, Rejection::Exhausted]);
    let refused = Refused::at(
        if is_over { ask } else { enter },
        context.verify_error(error),
    );
    if has_no_otp {
        refused.without_flash()
    } else {
        refused
    }
}
