//! Endpoints, one a file: extract, ask, answer. What they need to know of the caller stands in their
//! arguments.

mod devices;
mod document;
mod events;
mod health;
mod held;
mod me;
mod noop;
mod office;
mod offices;
mod password;
mod phones;
mod pull;
mod push;
mod regions;
mod roll;
mod sign_in;
mod sign_out;
mod slots;
mod tablets;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use http::StatusCode;
use shared::sync::PUSH_TAKEN;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::Shared;

/// Bodies of requests other than pushes, at most.
const BODY: usize = 8 * 1024;

/// A file may take so many times as long as another request.
const FILE_TIMES: u32 = 10;

fn timeout(after: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, after)
}

/// All routes under `/api/v1`, and the document that describes them; with the bench's own if `noop`.
pub fn routes(noop: bool, timeout_of: Duration) -> Router<Shared> {
    let push = OpenApiRouter::new()
        .routes(routes!(push::push))
        .layer(DefaultBodyLimit::max(PUSH_TAKEN));
    let files = OpenApiRouter::new()
        .routes(routes!(roll::preview))
        .routes(routes!(roll::import, roll::export))
        .layer(DefaultBodyLimit::max(roll::FILE))
        .layer(timeout(timeout_of.saturating_mul(FILE_TIMES)));
    let (router, document) = document::router()
        .routes(routes!(health::health))
        .routes(routes!(offices::offices))
        .routes(routes!(office::office))
        .routes(routes!(slots::slots))
        .routes(routes!(tablets::tablets))
        .routes(routes!(devices::devices))
        .routes(routes!(held::held))
        .routes(routes!(phones::phones))
        .routes(routes!(pull::pull))
        .routes(routes!(events::events))
        .routes(routes!(sign_in::sign_in, me::me, sign_out::sign_out))
        .routes(routes!(password::change))
        .routes(routes!(regions::regions))
        .layer(DefaultBodyLimit::max(BODY))
        .merge(push)
        .layer(timeout(timeout_of))
        .merge(files)
        .split_for_parts();
    let document = document::finish(document);
    let router = if noop {
        router.route("/api/v1/noop", post(noop::noop))
    } else {
        router
    };
    router.route(
        "/api/v1/openapi.json",
        get(move || std::future::ready(Json(document.clone()))),
    )
}
