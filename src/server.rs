//! All code that runs only on the server.
//!
//! Dependencies point one way: `http` and `cli` call the use cases (`sign_in`, `account`,
//! `delivery`, `operator`, and `codes`, which they share); the use cases call `domain` and the
//! `ports`; `store`, `transport` and `captcha` implement the ports and never call each other. `app`
//! builds each of them once.

pub mod account;
pub mod app;
pub mod captcha;
pub mod cli;
pub mod clock;
pub mod codes;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod file_mode;
pub mod http;
pub mod https;
pub mod inbox;
pub mod keys;
pub mod localizer;
pub mod operator;
pub mod ports;
pub mod random;
pub mod relay;
pub mod sign_in;
pub mod store;
pub mod telemetry;
pub mod transport;
pub mod use_cases;
