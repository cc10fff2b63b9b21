//! Everything that runs on the server only.
//!
//! Dependencies point one way: `request` and `http` call `service`, `service` calls `domain` and the ports it defines,
//! `store`, `delivery` and `captcha` implement those ports and never call each other. `app` and `cli` alone name them.

pub mod app;
pub mod captcha;
pub mod cli;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod http;
pub mod https;
pub mod inbox;
pub mod keys;
pub mod localizer;
pub mod random;
pub mod request;
pub mod service;
pub mod store;
pub mod telemetry;
