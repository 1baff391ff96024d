//! What the bench compares with: a push that is read and answered, and nothing else. Not part of the
//! API; served only when the command line asks for it.

use axum::Json;
use shared::sync::{Push, Pushed};

pub async fn noop(Json(push): Json<Push>) -> Json<Pushed> {
    Json(Pushed {
        results: Vec::new(),
        last_seq: push.ops.len() as u64,
        epoch: String::new(),
        stopped: None,
    })
}
