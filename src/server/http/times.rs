//! Timestamps in the formats of pages.

use jiff::Timestamp;

use crate::{server::localizer::Localizer, ui::pages::DisplayTime};

/// Returns the milliseconds since 1970, as browsers count them. The result is exact: an f64 holds
/// every whole number up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "instants of this age are far below 2^53 ms"
)]
#[expect(clippy::as_conversions, reason = "there is no From for it")]
#[must_use]
pub fn milliseconds(instant: Timestamp) -> f64 {
    instant.as_millisecond() as f64
}

/// Returns a time of day in a machine-readable and a human-readable format.
#[must_use]
pub fn display_time(localizer: &Localizer, instant: Timestamp) -> DisplayTime {
    DisplayTime {
        machine: instant.strftime("%FT%TZ").to_string(),
        human: localizer.time(instant),
    }
}
