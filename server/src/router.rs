//! The router and what every request passes through, outermost last.

use std::any::Any;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, header};
use shared::problem::Code;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};

use crate::{api, auth::origin, error, error::ApiError, headers, metrics, state::Shared};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The whole of it.
pub fn router(state: Shared) -> Router {
    let tls = state.config.behind_proxy;
    let packed = DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"));
    let api = api::routes(state.config.noop, state.config.timeout)
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(packed),
        )
        .layer(middleware::from_fn(no_store))
        .layer(middleware::from_fn(origin::guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(error::problems_only));
    Router::new()
        .merge(api)
        .fallback(fallback)
        .layer(middleware::from_fn(metrics::count))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_request(())
                .on_response(
                    |response: &Response, latency: std::time::Duration, _: &tracing::Span| {
                        tracing::info!(
                            status = response.status().as_u16(),
                            ms = latency.as_millis(),
                            "answered"
                        );
                    },
                ),
        )
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(middleware::from_fn(own_request_id))
        .layer(middleware::from_fn(move |request, next| {
            headers::secure(tls, request, next)
        }))
        .with_state(state)
}

/// Paths of the API that do not exist get a problem, all others the app's files.
async fn fallback(State(state): State<Shared>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return ApiError::from(Code::NotFound).into_response();
    }
    state
        .assets
        .answer(request.method(), path, request.headers())
}

/// Without the query: a cursor or a search is nobody's business in a log.
fn span(request: &Request) -> tracing::Span {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok());
    tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = request.uri().path(),
    )
}

/// Request ids are ours alone; a client's would be its text in our log.
async fn own_request_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(REQUEST_ID);
    next.run(request).await
}

/// Answers of the API are kept by nobody unless they say so themselves.
async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request panicked");
    ApiError::from(Code::Internal).into_response()
}
