//! The app's files: of a folder when one is given, else those inside this binary, read into memory
//! once. An unknown path without a dot is a page of the app; one with a dot is missing, and says so.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use rust_embed::Embed;
use sha2::{Digest, Sha256};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist"]
#[allow_missing = true]
struct Embedded;

const INDEX: &str = "index.html";

/// All files by path, `index.html` without a leading slash.
pub struct Assets(HashMap<String, File>);

struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    kind: HeaderValue,
    tag: HeaderValue,
    cache: HeaderValue,
}

impl Assets {
    /// Reads a folder, or what was built into the binary.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn load(folder: Option<&Path>) -> io::Result<Self> {
        let mut found = HashMap::new();
        match folder {
            Some(folder) => read_folder(folder, folder, &mut found)?,
            None => {
                for path in Embedded::iter() {
                    if let Some(file) = Embedded::get(&path) {
                        found.insert(path.into_owned(), Bytes::from(file.data.into_owned()));
                    }
                }
            }
        }
        let files = found
            .iter()
            .filter(|(path, _)| !path.ends_with(".br"))
            .map(|(path, plain)| {
                let brotli = found.get(&format!("{path}.br")).cloned();
                (path.clone(), File::new(path, plain.clone(), brotli))
            });
        Ok(Self(files.collect()))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.0.contains_key(INDEX)
    }

    /// Answers a request for a path.
    #[must_use]
    pub fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let path = path.trim_start_matches('/');
        let is_file = path
            .rsplit('/')
            .next()
            .is_some_and(|last| last.contains('.'));
        let file = match self.0.get(path) {
            None if !is_file => self.0.get(INDEX),
            found => found,
        };
        match file {
            Some(file) => file.answer(headers),
            None => (StatusCode::NOT_FOUND, "Not found\n").into_response(),
        }
    }
}

impl File {
    fn new(path: &str, plain: Bytes, brotli: Option<Bytes>) -> Self {
        let digest: String = Sha256::digest(&plain)
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let kind = mime_guess::from_path(path).first_or_octet_stream();
        let kind = match (path.rsplit('.').next(), kind.type_().as_str()) {
            (Some("webmanifest"), _) => "application/manifest+json".to_owned(),
            (Some("js"), _) => "text/javascript; charset=utf-8".to_owned(),
            (_, "text") => format!("{kind}; charset=utf-8"),
            _ => kind.to_string(),
        };
        let cache = if is_hashed(path) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let octets = HeaderValue::from_static("application/octet-stream");
        Self {
            plain,
            brotli,
            kind: HeaderValue::from_str(&kind).unwrap_or(octets),
            tag: HeaderValue::from_str(&format!("\"{digest}\""))
                .unwrap_or(HeaderValue::from_static("\"\"")),
            cache: HeaderValue::from_static(cache),
        }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let accepts = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(|one| one.trim().starts_with("br")));
        let unchanged = headers.get(header::IF_NONE_MATCH) == Some(&self.tag);
        let (body, encoding) = match &self.brotli {
            _ if unchanged => (Body::empty(), None),
            Some(brotli) if accepts => (Body::from(brotli.clone()), Some("br")),
            _ => (Body::from(self.plain.clone()), None),
        };
        let mut response = Response::new(body);
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.kind.clone());
        headers.insert(header::CACHE_CONTROL, self.cache.clone());
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

/// Whether the name changes with the content: `app-0123456789abcdef.js`. Snippets keep their folder's
/// name while their content changes.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let hashed = name
        .split(['-', '.', '_'])
        .any(|part| part.len() >= 15 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    hashed && !path.starts_with("snippets/")
}

fn read_folder(root: &Path, at: &Path, found: &mut HashMap<String, Bytes>) -> io::Result<()> {
    for entry in fs::read_dir(at)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            read_folder(root, &path, found)?;
        } else if let Ok(inner) = path.strip_prefix(root) {
            let name = inner.to_string_lossy().replace('\\', "/");
            found.insert(name, Bytes::from(fs::read(&path)?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Assets {
        let file = |path: &str, brotli: Option<&'static str>| {
            let file = File::new(path, Bytes::from_static(b"plain"), brotli.map(Bytes::from));
            (path.to_owned(), file)
        };
        Assets(HashMap::from([
            file("index.html", None),
            file("sw.js", None),
            file("app-0123456789abcdef_bg.wasm", Some("packed")),
            file("snippets/app-0123456789abcdef/inline0.js", None),
        ]))
    }

    #[test]
    fn pages_files_and_what_is_missing() {
        let assets = assets();
        for (path, status, cache) in [
            ("/", 200, "no-cache"),
            ("/book/slot", 200, "no-cache"),
            ("/sw.js", 200, "no-cache"),
            ("/snippets/app-0123456789abcdef/inline0.js", 200, "no-cache"),
            (
                "/app-0123456789abcdef_bg.wasm",
                200,
                "public, max-age=31536000, immutable",
            ),
            ("/app-gone.js", 404, ""),
            ("/../Cargo.toml", 404, ""),
        ] {
            let response = assets.answer(&Method::GET, path, &HeaderMap::new());
            assert_eq!(response.status(), status, "{path}");
            let found = response.headers().get(header::CACHE_CONTROL);
            assert_eq!(found.map_or("", |v| v.to_str().unwrap()), cache, "{path}");
        }
    }

    #[test]
    fn packed_for_those_who_take_it_and_nothing_twice() {
        let assets = assets();
        let path = "/app-0123456789abcdef_bg.wasm";
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, br"),
        );
        let packed = assets.answer(&Method::GET, path, &headers);
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(packed.headers()[header::CONTENT_TYPE], "application/wasm");
        headers.insert(
            header::IF_NONE_MATCH,
            packed.headers()[header::ETAG].clone(),
        );
        let again = assets.answer(&Method::GET, path, &headers);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }
}
