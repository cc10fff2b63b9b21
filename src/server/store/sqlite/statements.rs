//! All SQL statements, grouped by table.

pub(super) mod customers;
pub(super) mod database;
pub(super) mod devices;
pub(super) mod history;
pub(super) mod limits;
pub(super) mod otps;
pub(super) mod outbox;
pub(super) mod sessions;
