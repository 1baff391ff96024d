//! The resident roll: looking at a file before it is entered, entering it, and taking it out again.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use http::{HeaderValue, header};
use serde::Deserialize;
use shared::{
    ids::OfficeId,
    problem::Code,
    region::RegionCode,
    roll::{Cell, Column, Columns, Imported, Preview, Progress, wrong_lines},
};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use super::office::find;
use crate::{
    auth::role::RollKeeper,
    error::ApiError,
    roll::{self, FileError, Table, Through},
    state::Shared,
    store::audit,
};

/// Bytes of a file, at most.
pub const FILE: usize = 24 * 1024 * 1024;
/// Lines shown of a file, and errors told of one, at most.
const SAMPLE: usize = 5;
const ERRORS: usize = 1_000;

/// What the columns mean; guessed from their heads where it is not said.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// Meanings from the left, with commas between; an empty one is passed over.
    #[serde(default)]
    columns: Option<String>,
    /// The kelurahan of a list without a column for it.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    all_of: Option<RegionCode>,
    /// The sheet of a workbook, by its name; entering one with several needs it.
    #[serde(default)]
    sheet: Option<String>,
}

impl Meaning {
    fn columns(&self, table: &Table) -> Result<Columns, ApiError> {
        let Some(said) = &self.columns else {
            return Ok(Columns {
                all_of: self.all_of.clone(),
                ..Columns::guess(&table.heads)
            });
        };
        let meaning = |name: &str| match name {
            "" => Ok(None),
            _ => Column::from_name(name).map(Some).ok_or(Code::Malformed),
        };
        Ok(Columns {
            meanings: said.split(',').map(meaning).collect::<Result<_, _>>()?,
            all_of: self.all_of.clone(),
        })
    }
}

/// Looks at a file: what its columns mean, and what entering it would do. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/offices/{id}/roll/preview", tag = "roll",
    params(("id" = i64, Path), Meaning),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("session" = [])),
    responses(
        (status = 200, body = super::document::Preview),
        (status = 400, description = "`malformed`, `file_kind`, `file_old`, `file_damaged`, `file_empty`, `sheet_unknown`", body = super::document::Problem),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
        (status = 403, description = "`not_allowed`, `other_office`, `origin_mismatch`", body = super::document::Problem),
        (status = 413, description = "`too_large`", body = super::document::Problem),
        (status = 503, description = "`busy`: another file is being read", body = super::document::Problem),
    )
)]
pub async fn preview(
    State(state): State<Shared>,
    keeper: RollKeeper,
    Path(id): Path<OfficeId>,
    Query(meaning): Query<Meaning>,
    file: Bytes,
) -> Result<Json<Preview>, ApiError> {
    keeper.of(id)?;
    let _alone = alone(&state)?;
    let mut tx = state.db.read().await?;
    let office = find(&mut tx, id).await?;
    let residents = roll::residents(&mut tx, id).await?;
    drop(tx);
    let mut table = opened(file, meaning.sheet.clone()).await?;
    let columns = meaning.columns(&table)?;
    let today = office.today(state.clock.now());
    let window = office.window_end(state.clock.now());
    let look = move || {
        let checked = roll::check(&table, &office, &columns, today);
        let wrong = wrong_lines(&checked.errors);
        let due = |on| {
            let due = checked.people.iter().filter(|p| p.is_due(on));
            count(due.count())
        };
        let (due_now, due_in_window) = (due(today), due(window));
        let known = roll::compare(checked.people, &residents);
        let mut errors = checked.errors;
        errors.truncate(ERRORS);
        let lines = table.lines.len().saturating_sub(checked.left_out.len());
        Preview {
            sheets: std::mem::take(&mut table.sheets),
            sheet: table.sheet,
            asks_sheet: table.asks_sheet,
            heads: table.heads.iter().map(Cell::text).collect(),
            sample: sample(&table),
            missing: columns.missing(),
            columns,
            lines: count(lines),
            new: count(known.new.len()),
            changed: count(known.changes()),
            same: known.same,
            twice: checked.twice,
            wrong,
            due_now,
            due_in_window,
            errors,
            left_out: checked.left_out,
            hints: checked.hints,
        }
    };
    let preview = tokio::task::spawn_blocking(look).await;
    Ok(Json(preview.map_err(|_| Code::Internal)?))
}

/// Enters a file, as a whole or not at all. The answer is a line of JSON for each step, the last with
/// what was done; it goes on when nobody listens any more.
#[utoipa::path(
    post, path = "/api/v1/offices/{id}/roll", tag = "roll",
    params(("id" = i64, Path), Meaning),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("session" = [])),
    responses(
        (status = 200, content_type = "application/x-ndjson", body = super::document::Progress),
        (status = 400, description = "as for the preview, and `columns_missing`, `sheet_unsaid`", body = super::document::Problem),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
        (status = 403, description = "`not_allowed`, `other_office`, `origin_mismatch`", body = super::document::Problem),
        (status = 413, description = "`too_large`", body = super::document::Problem),
        (status = 503, description = "`busy`: another file is being read", body = super::document::Problem),
    )
)]
pub async fn import(
    State(state): State<Shared>,
    keeper: RollKeeper,
    Path(id): Path<OfficeId>,
    Query(meaning): Query<Meaning>,
    file: Bytes,
) -> Result<Response, ApiError> {
    let by = keeper.of(id)?.id;
    let alone = alone(&state)?;
    let mut tx = state.db.read().await?;
    let office = find(&mut tx, id).await?;
    drop(tx);
    let table = opened(file, meaning.sheet.clone()).await?;
    let columns = meaning.columns(&table)?;
    if table.asks_sheet {
        return Err(Code::SheetUnsaid.into());
    }
    if !columns.missing().is_empty() {
        return Err(Code::ColumnsMissing.into());
    }
    let (steps, told) = mpsc::channel(4);
    tokio::spawn(async move {
        let through = Through {
            db: &state.db,
            batcher: &state.batcher,
            clock: &state.clock,
        };
        let ended = roll::import(through, &office, Some(by), table, columns, &steps).await;
        let last = match ended {
            Ok(imported) => Progress::Done {
                imported: shortened(imported),
            },
            Err(error) => {
                tracing::warn!(office = %office.id, %error, "a roll was not entered");
                Progress::Failed { code: error.code() }
            }
        };
        // Before it is told: the next file may follow at once.
        drop(alone);
        // Whoever waited may be gone.
        let _ = steps.send(last).await;
    });
    let lines = ReceiverStream::new(told).map(|step| {
        let mut line = serde_json::to_string(&step)?;
        line.push('\n');
        Ok::<_, serde_json::Error>(line)
    });
    let mut response = Body::from_stream(lines).into_response();
    let kind = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// The office's roll as CSV, to be mended and entered again. It holds whole NIKs, and who took it is
/// written into the audit.
#[utoipa::path(
    get, path = "/api/v1/offices/{id}/roll", tag = "roll",
    params(("id" = i64, Path)),
    security(("session" = [])),
    responses(
        (status = 200, content_type = "text/csv", body = String),
        (status = 401, description = "`session_missing`", body = super::document::Problem),
        (status = 403, description = "`not_allowed`, `other_office`", body = super::document::Problem),
    )
)]
pub async fn export(
    State(state): State<Shared>,
    keeper: RollKeeper,
    Path(id): Path<OfficeId>,
) -> Result<Response, ApiError> {
    let by = keeper.of(id)?.id;
    let mut tx = state.db.read().await?;
    let office = find(&mut tx, id).await?;
    let residents = roll::residents(&mut tx, id).await?;
    drop(tx);
    let mut tx = state.db.write().await?;
    let said = format!("{} residents", residents.len());
    let now = state.clock.now();
    let entry = audit::Entry::new(now, None, None, by.to_string(), "export_roll", said);
    audit::note(&mut tx, id, entry).await?;
    tx.commit().await?;
    let list = roll::export(&office, &residents).map_err(|_| Code::Internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"rekam.csv\"",
        ),
    ];
    Ok((headers, list).into_response())
}

/// One file at a time: a long one takes memory.
fn alone(state: &Shared) -> Result<OwnedSemaphorePermit, ApiError> {
    let permit = Arc::clone(&state.importing).try_acquire_owned();
    permit.map_err(|_| ApiError::from(Code::Busy).retry_after(10))
}

async fn opened(file: Bytes, sheet: Option<String>) -> Result<Table, ApiError> {
    let open = move || roll::open(&file, sheet.as_deref());
    let opened = tokio::task::spawn_blocking(open).await;
    let code = match opened {
        Ok(Ok(table)) => return Ok(table),
        Ok(Err(FileError::Kind)) => Code::FileKind,
        Ok(Err(FileError::OldOrLocked)) => Code::FileOld,
        Ok(Err(FileError::Damaged)) => Code::FileDamaged,
        Ok(Err(FileError::TooLarge)) => Code::TooLarge,
        Ok(Err(FileError::Empty)) => Code::FileEmpty,
        Ok(Err(FileError::NoSuchSheet)) => Code::SheetUnknown,
        // Whatever a library stumbles over is no list.
        Err(error) => {
            tracing::warn!(%error, "a file could not be read");
            Code::FileDamaged
        }
    };
    Err(code.into())
}

fn sample(table: &Table) -> Vec<Vec<String>> {
    let lines = table.lines.iter().take(SAMPLE);
    lines
        .map(|(_, cells)| cells.iter().map(Cell::text).collect())
        .collect()
}

fn shortened(mut imported: Imported) -> Imported {
    imported.errors.truncate(ERRORS);
    imported
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
