//! The id that links an error page to a line in the log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of one request. A customer can read it out to support; it reveals nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestId(pub u32);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}
