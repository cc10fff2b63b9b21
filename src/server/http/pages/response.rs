//! Code that the pages share: the state of the visitor, and responses.

use axum::{
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use crate::{
    api::OtpError,
    server::{
        account::{AccessDenied, SignedInCustomer},
        domain::{Customer, Otp},
        http::{
            RequestContext,
            error_response::ServerError,
            flash::Flash,
            render::{self, Page},
        },
        sign_in::Pending,
    },
    shared::routes,
    ui::{Switch, components::OpenCode},
};

/// A page, a redirect, or an internal failure.
pub(super) type PageResult = Result<Response, ServerError>;

impl RequestContext {
    /// Returns the signed-in customer.
    pub(super) async fn customer(&self) -> Result<Option<Customer>, ServerError> {
        Ok(self
            .state
            .account
            .signed_in(&self.browser)
            .await?
            .map(|signed_in| signed_in.customer))
    }

    /// Returns the sign-in in progress.
    pub(super) async fn pending(&self) -> Result<Option<Pending>, ServerError> {
        Ok(self.state.sign_in.pending(&self.browser).await?)
    }

    /// Returns the customer if they have entered a code recently. Otherwise returns a redirect to
    /// sign-in or to the confirmation page.
    pub(super) async fn confirmed(&self, page: &str) -> Result<SignedInCustomer, PageResult> {
        self.state
            .account
            .confirmed(&self.browser)
            .await
            .map_err(|denied| match denied {
                AccessDenied::NotSignedIn => Ok(self.sign_in_first()),
                AccessDenied::NotConfirmed => Ok(to(&routes::account_confirm_with_next(page))),
                AccessDenied::Store(error) => Err(ServerError::from(error)),
            })
    }

    /// Redirects to the request screen, which returns the visitor to the requested page after
    /// sign-in.
    pub(super) fn sign_in_first(&self) -> Response {
        if self.path.split('?').next() == Some(routes::ACCOUNT) {
            to(routes::OTP_REQUEST)
        } else {
            to(&routes::otp_request_with_next(&self.path))
        }
    }

    /// Redirects to the request screen, which reports that the sign-in has expired.
    pub(super) fn start_again(&self) -> Response {
        let mut response = to(routes::OTP_REQUEST);
        if !self.is_head {
            let cookie =
                self.flash_cookie(&Flash::error(OtpError::SessionExpired).on(routes::OTP_REQUEST));
            response
                .headers_mut()
                .extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
        }
        response
    }

    /// Creates a page with islands.
    pub(super) fn interactive(&self, title: String) -> Page {
        self.with_switch(Page::interactive(title))
    }

    /// Creates a page with islands that shows a customer's own data.
    pub(super) fn personal(&self, title: String) -> Page {
        Page {
            is_personal: true,
            ..self.interactive(title)
        }
    }

    /// Creates a page without islands.
    pub(super) fn static_page(&self, title: String) -> Page {
        self.with_switch(Page::static_page(title))
    }

    fn with_switch(&self, page: Page) -> Page {
        let switch = Switch {
            page: self.path.clone(),
            form: None,
        };
        Page {
            switch: Some(switch),
            repeats_address: self.path.contains('?'),
            ..page
        }
    }

    /// Renders a page. It consumes the flash message, whether or not that was for this page.
    pub(super) async fn show<V, F>(&self, page: Page, view: F) -> PageResult
    where
        V: IntoView + 'static,
        F: Fn() -> V + Clone + Send + Sync + 'static,
    {
        let mut response = render::page(&self.state, self.translator.clone(), page, view).await;
        response.headers_mut().extend(
            self.consumed_flash()
                .map(|cookie| (header::SET_COOKIE, cookie)),
        );
        Ok(response)
    }
}

pub(super) fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

pub(super) fn open_code(otp: &Otp) -> OpenCode {
    OpenCode {
        format: otp.format,
        attempts_remaining: otp.attempts_remaining(),
    }
}
