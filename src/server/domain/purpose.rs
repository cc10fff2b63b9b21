//! The purposes of codes.

/// The purpose of a code. A code for one purpose is not accepted for another (OWASP ASVS 5.0,
/// 6.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in.
    SignIn,
    /// Confirming that the person at the browser is still the signed-in customer.
    StepUp,
    /// Proving that a new contact belongs to the customer.
    ChangeContact,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::SignIn, Self::StepUp, Self::ChangeContact];

    /// Returns the name in the table `otps` and in templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
            Self::ChangeContact => "change_contact",
        }
    }

    /// Returns the purpose with this name, if any.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }
}
