//! A change is only taken from the app itself: the browser says so (`Sec-Fetch-Site`, `Origin`), and a
//! header of our own cannot be sent across sites without being asked for first.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, Uri, header};
use shared::problem::Code;

use crate::error::ApiError;

const OWN_HEADER: &str = "x-rekam";

/// Refuses changes from elsewhere with `origin_mismatch`.
pub async fn guard(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_own(request.headers(), request.uri()) {
        next.run(request).await
    } else {
        ApiError::from(Code::OriginMismatch).into_response()
    }
}

fn is_own(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(OWN_HEADER) != Some("1") {
        return false;
    }
    if !matches!(text("sec-fetch-site"), None | Some("same-origin")) {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        // Not a browser: there is no cookie that somebody could ride on.
        return true;
    };
    // HTTP/2 carries the host in the URI.
    let host = text("host").or(uri.authority().map(|a| a.as_str()));
    let origin = origin.to_str().ok().and_then(|o| o.parse::<Uri>().ok());
    let origin = origin.as_ref().and_then(Uri::authority);
    origin.is_some() && origin.map(|a| a.as_str()) == host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_app_itself() {
        for (headers, own) in [
            (vec![("x-rekam", "1"), ("host", "rekam.id")], true),
            (vec![("host", "rekam.id")], false),
            (vec![("x-rekam", "0"), ("host", "rekam.id")], false),
            (
                vec![
                    ("x-rekam", "1"),
                    ("host", "rekam.id"),
                    ("origin", "https://rekam.id"),
                ],
                true,
            ),
            (
                vec![
                    ("x-rekam", "1"),
                    ("host", "rekam.id:8080"),
                    ("origin", "http://rekam.id:8080"),
                ],
                true,
            ),
            (
                vec![
                    ("x-rekam", "1"),
                    ("host", "rekam.id"),
                    ("origin", "https://evil.id"),
                ],
                false,
            ),
            (
                vec![("x-rekam", "1"), ("host", "rekam.id"), ("origin", "null")],
                false,
            ),
            (
                vec![
                    ("x-rekam", "1"),
                    ("host", "rekam.id"),
                    ("sec-fetch-site", "cross-site"),
                ],
                false,
            ),
            (
                vec![
                    ("x-rekam", "1"),
                    ("host", "rekam.id"),
                    ("sec-fetch-site", "same-origin"),
                ],
                true,
            ),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in &headers {
                map.insert(*name, value.parse().unwrap());
            }
            assert_eq!(is_own(&map, &Uri::from_static("/")), own, "{headers:?}");
        }
    }
}
