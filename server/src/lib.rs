//! The server: takes commands from devices, decides them with `shared`, keeps what they bring about,
//! and serves the app. `api` answers, `batch` decides and saves, `store` holds the only SQL.

// Adding to a date breaks where the calendar ends, so it is done in `shared::calendar` only.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

pub mod address;
pub mod api;
mod app;
pub mod auth;
pub mod batch;
pub mod cli;
pub mod clock;
pub mod config;
mod connections;
pub mod demo;
pub mod error;
mod failures;
mod files;
mod headers;
pub mod levels;
mod limits;
mod lockbox;
pub mod maintenance;
pub mod metrics;
pub mod newcomers;
pub mod pokes;
pub mod ring;
pub mod roll;
mod router;
mod scopes;
mod serve;
mod state;
mod static_files;
pub mod store;
mod streams;
pub mod system;

pub use app::{App, Backend};
pub use config::Config;
