//! What is asked of an unknown browser beyond the soft limit of its network: implementations of the
//! port [`Captcha`](super::ports::Captcha).

pub mod nothing;
pub mod proof_of_work;
pub mod provider;

pub use nothing::Nothing;
pub use proof_of_work::ProofOfWork;
pub use provider::{Kind, Provider, ProviderSettings, SetupError};
