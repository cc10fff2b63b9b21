//! Integration tests: the real router, a real SQLite file, and a clock that the test controls.

#![expect(
    unreachable_pub,
    reason = "the modules of a test binary are for each other"
)]
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod account;
mod architecture;
mod attempts;
mod browsers;
mod captcha;
mod command_line;
mod concealment;
mod deliveries;
mod deployment;
mod docs;
mod edge;
mod flash;
mod gateways;
mod history;
mod host;
mod inbox;
mod keys;
mod limits;
mod logs;
mod mail;
mod nginx;
mod not_me;
mod outbox;
mod outcomes;
mod postfix;
mod resend;
mod screens;
mod sessions;
mod sign_in;
mod simulation;
mod smtp;
mod status;
mod store;
mod support;
mod switch;
mod text_messages;
mod upgrade;
