//! The slots of an office, day by day: free seats, or why a day is closed. Not synced: asked for when
//! somebody chooses, and shown later with the time they were read.

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use shared::{calendar::days_after, ids::OfficeId, problem::Code, slot::DayOffer};

use super::office;
use crate::{error::ApiError, state::Shared, store};

/// Days in one answer, at most.
const DAYS: i64 = 45;

#[derive(Deserialize)]
pub struct Range {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// Slots from a day to a day, both included; by default all that can be booked.
#[utoipa::path(
    get, path = "/api/v1/offices/{id}/slots", tag = "offices",
    params(
        ("id" = i64, Path),
        ("from" = Option<NaiveDate>, Query, description = "today in the office's zone if left out"),
        ("to" = Option<NaiveDate>, Query, description = "the end of the booking window if left out"),
        ("If-None-Match" = Option<String>, Header),
    ),
    responses(
        (status = 200, body = [super::document::DayOffer], headers(("ETag" = String))),
        (status = 304, description = "as when the ETag was given"),
        (status = 400, description = "`range_too_long`, `malformed`", body = super::document::Problem),
        (status = 404, description = "`not_found`", body = super::document::Problem),
    )
)]
pub async fn slots(
    State(state): State<Shared>,
    Path(id): Path<OfficeId>,
    Query(range): Query<Range>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut tx = state.db.read().await?;
    let office = office::find(&mut tx, id).await?;
    let now = office.zone.local(state.clock.now());
    let from = range.from.unwrap_or_else(|| now.date());
    let window = office.settings.window_days.saturating_sub(1).into();
    let to = range.to.unwrap_or_else(|| days_after(from, window));
    if to < from {
        return Err(ApiError::from(Code::Malformed).at("to", "before_from"));
    }
    if to.signed_duration_since(from).num_days() >= DAYS {
        return Err(ApiError::from(Code::RangeTooLong).at("to", "range_too_long"));
    }
    let claimed = store::slots::between(&mut tx, id, from, to).await?;
    drop(tx);
    let days: Vec<DayOffer> = from
        .iter_days()
        .take_while(|date| *date <= to)
        .map(|date| office.offer(date, &claimed, now))
        .collect();
    Ok(tagged(&days, &headers))
}

fn tagged(days: &[DayOffer], headers: &HeaderMap) -> Response {
    let text = serde_json::to_vec(days).unwrap_or_default();
    let tag: String = Sha256::digest(&text)
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Weak: the answer may be compressed on its way.
    let tag = format!("W/\"{tag}\"");
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(days).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
