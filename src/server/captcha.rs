//! Implementations of the port [`CaptchaVerifier`](super::ports::CaptchaVerifier): challenges for
//! unknown devices whose network exceeds its soft limit.

pub mod nothing;
pub mod proof_of_work;
pub mod provider;

pub use nothing::NoCaptcha;
pub use proof_of_work::ProofOfWork;
pub use provider::{Kind, Provider, ProviderSettings, SetupError};
