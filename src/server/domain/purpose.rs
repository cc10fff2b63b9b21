//! What a code is for.

/// What a code is for. A code for one thing does nothing else (OWASP ASVS 5.0, 6.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in.
    SignIn,
    /// Confirming that it is still the customer who is signed in.
    StepUp,
    /// Proving that a new contact is the customer's.
    ChangeContact,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::SignIn, Self::StepUp, Self::ChangeContact];

    /// The name in the table `otps`, and in templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
            Self::ChangeContact => "change_contact",
        }
    }

    /// The purpose with a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }
}
