//! Checks that several forms share.

use super::{Accepted, Outcome, Refused};
use crate::{
    api::OtpError,
    server::{
        account::{AccessDenied, SignedInCustomer},
        codes::check::VerifyError,
        domain::check_code::Rejection,
        http::RequestContext,
    },
    shared::routes,
};

/// Whether the visitor is already signed in.
pub(super) async fn is_signed_in(context: &RequestContext) -> Result<bool, OtpError> {
    let customer = context.state.account.signed_in(&context.browser).await;
    Ok(customer
        .map_err(|error| context.unexpected(&error))?
        .is_some())
}

/// Returns the customer if they have entered a code recently. Otherwise returns a redirect to
/// sign-in or to the confirmation page.
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
            AccessDenied::NotSignedIn => Ok(Accepted::at(routes::OTP_REQUEST)),
            AccessDenied::NotConfirmed => {
                Ok(Accepted::at(&routes::account_confirm_with_next(page)))
            }
            AccessDenied::Store(error) => Err(Refused::at(page, context.unexpected(&error))),
        })
}

/// Redirects to the `enter` page, or to the `ask` page if the code has expired or has no attempts
/// left. Without an OTP there is no flash message, because the page decides where to redirect.
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
