//! Names of all kecamatan, for telling where a NIK was first registered.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};

const LIST: &str = include_str!("../../../shared/data/kecamatan.txt");
const TAG: &str = concat!("W/\"", env!("CARGO_PKG_VERSION"), "\"");

/// A code, a space and a name a line.
#[utoipa::path(
    get, path = "/api/v1/regions", tag = "offices",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 304, description = "as when the ETag was given"),
    )
)]
pub async fn regions(headers: HeaderMap) -> Response {
    let cached = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (header::ETAG, TAG),
    ];
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == TAG)
    {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    (cached, LIST).into_response()
}
