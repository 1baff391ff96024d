//! The roll's file goes straight to the server: it is too large for the outbox, and nothing of it is
//! kept in the browser.

use super::{ApiError, ROOT, changing, read};
use crate::json;
use gloo_net::http::Request;
use shared::{
    ids::OfficeId,
    roll::{Columns, Preview, Progress},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamDefaultReader};

/// Where the roll can be downloaded.
#[must_use]
pub fn address(office: OfficeId) -> String {
    format!("{ROOT}/offices/{office}/roll")
}

/// The sheet and what its columns mean, as the address says it; guessed by the server without them.
fn query(sheet: Option<&str>, columns: Option<&Columns>) -> String {
    let sheet = sheet.map(|name| String::from(js_sys::encode_uri_component(name)));
    let sheet = sheet
        .map(|name| format!("&sheet={name}"))
        .unwrap_or_default();
    let Some(columns) = columns else {
        return sheet.replacen('&', "?", 1);
    };
    let names = columns.meanings.iter().map(|meaning| match meaning {
        Some(column) => column.as_str(),
        None => "",
    });
    let names: Vec<&str> = names.collect();
    let all_of = columns
        .all_of
        .as_ref()
        .map(|code| format!("&all_of={}", code.as_str()));
    let all_of = all_of.unwrap_or_default();
    format!("?columns={}{all_of}{sheet}", names.join(","))
}

fn with_file(url: &str, file: &File) -> Result<Request, ApiError> {
    let request = changing(Request::post(url)).header("Content-Type", "application/octet-stream");
    let body: &JsValue = file.as_ref();
    request.body(body.clone()).map_err(|_| ApiError::Unreadable)
}

/// Looks at a file.
///
/// # Errors
/// [`ApiError`]; nothing was entered in any case.
pub async fn preview(
    office: OfficeId,
    file: &File,
    sheet: Option<&str>,
    columns: Option<&Columns>,
) -> Result<Preview, ApiError> {
    let url = format!("{}/preview{}", address(office), query(sheet, columns));
    let request = with_file(&url, file)?;
    read(request.send().await.map_err(|_| ApiError::Offline)?).await
}

/// Enters a file and tells each step. When the connection breaks, the server goes on.
///
/// # Errors
/// [`ApiError`]: before the first step nothing was entered.
pub async fn import(
    office: OfficeId,
    file: &File,
    sheet: Option<&str>,
    columns: &Columns,
    told: impl Fn(Progress),
) -> Result<(), ApiError> {
    let url = format!("{}{}", address(office), query(sheet, Some(columns)));
    let response = with_file(&url, file)?.send().await;
    let response = response.map_err(|_| ApiError::Offline)?;
    if !response.ok() {
        return read::<serde_json::Value>(response).await.map(drop);
    }
    let body = response.body().ok_or(ApiError::Unreadable)?;
    let reader: ReadableStreamDefaultReader = body
        .get_reader()
        .dyn_into()
        .map_err(|_| ApiError::Unreadable)?;
    let mut kept: Vec<u8> = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await;
        let chunk = chunk.map_err(|_| ApiError::Offline)?;
        let value = js_sys::Reflect::get(&chunk, &"value".into()).unwrap_or_default();
        let Ok(bytes) = value.dyn_into::<js_sys::Uint8Array>() else {
            return Ok(());
        };
        kept.extend(bytes.to_vec());
        while let Some(end) = kept.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = kept.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            told(json::read(line.trim()).map_err(|_| ApiError::Unreadable)?);
        }
    }
}
