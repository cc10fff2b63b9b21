//! The program from outside: the real router, a real SQLite file, a clock that the test moves.

mod architecture;
mod attempts;
mod browsers;
mod command_line;
mod concealment;
mod edge;
mod mail;
mod outbox;
mod resend;
mod sessions;
mod sign_in;
mod store;
mod support;
