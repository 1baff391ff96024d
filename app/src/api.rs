//! The server's API as the app calls it. Writes go through the outbox, never through here; only a roll
//! comes as a file (`roll`), and signing in, signing out and another password are said at once.

pub mod roll;

use chrono::NaiveDate;
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::{callback::Timeout, future::TimeoutFuture};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    ids::{OfficeId, ResidentId, UserId},
    office::Office,
    problem::Code,
    slot::DayOffer,
    sync::{
        ACCOUNT_HEADER, Account, Cursor, Health, HeldOp, NOBODY, NewPassword, ProblemBody, Pulled,
        Push, Pushed, ResidentPhone, SignIn, StaffDevice,
    },
    work::{HEADER, Proof, Work},
};

use crate::{json, offline::keep::Device};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader};

const ROOT: &str = "/api/v1";
/// How long a small answer may take, and a push or a page of a pull. A connection may be gone
/// without a word, and whoever waits for it sends nothing else; on a slow line a full push takes half
/// of this.
const SMALL_MS: u32 = 15_000;
const LARGE_MS: u32 = 60_000;
/// Hashes between two looks at what else there is to do: some milliseconds on a cheap phone.
const PIECE: u64 = 20_000;

/// Why a call brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// Nobody answered.
    #[error("no connection")]
    Offline,
    /// Somebody answered who is not the server: a portal, a proxy, or another version.
    #[error("the answer cannot be read")]
    Unreadable,
    #[error("{}", .0.code)]
    Problem(Box<ProblemBody>),
}

impl ApiError {
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(body) => Some(body.code),
            Self::Offline | Self::Unreadable => None,
        }
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ApiError> {
    let text = response.text().await.map_err(|_| ApiError::Offline)?;
    if response.ok() {
        return json::read(&text).map_err(|_| ApiError::Unreadable);
    }
    match json::read::<ProblemBody>(&text) {
        Ok(body) => Err(ApiError::Problem(Box::new(body))),
        Err(_) => Err(ApiError::Unreadable),
    }
}

/// The request, given up after so long unless the timer is dropped before.
fn within(ms: u32, request: RequestBuilder) -> (RequestBuilder, Option<Timeout>) {
    let Ok(limit) = AbortController::new() else {
        return (request, None);
    };
    let request = request.abort_signal(Some(&limit.signal()));
    (request, Some(Timeout::new(ms, move || limit.abort())))
}

thread_local! {
    static SPEAKS_FOR: Cell<Option<UserId>> = const { Cell::new(None) };
}

/// Requests from now on speak for this account, of those that are signed in on the device.
pub fn speak_for(account: Option<UserId>) {
    SPEAKS_FOR.set(account);
}

fn speaking_for(request: RequestBuilder, account: Option<UserId>) -> RequestBuilder {
    match account {
        Some(account) => request.header(ACCOUNT_HEADER, &account.to_string()),
        None => request,
    }
}

async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    let request = Request::get(&format!("{ROOT}/{path}"));
    let (request, _limit) = within(SMALL_MS, speaking_for(request, SPEAKS_FOR.get()));
    read(request.send().await.map_err(|_| ApiError::Offline)?).await
}

fn by(request: RequestBuilder, device: &Device) -> RequestBuilder {
    by_as(request, device, SPEAKS_FOR.get())
}

fn by_as(request: RequestBuilder, device: &Device, account: Option<UserId>) -> RequestBuilder {
    let request = speaking_for(request, account);
    let bearer = format!("Bearer {}.{}", device.id, device.token);
    request.header("Authorization", &bearer)
}

fn changing(request: RequestBuilder) -> RequestBuilder {
    request.header("X-Rekam", "1")
}

/// # Errors
/// [`ApiError`], also when a service worker or a portal answers for the server.
pub async fn health() -> Result<Health, ApiError> {
    get("health").await
}

/// # Errors
/// [`ApiError`]
pub async fn offices() -> Result<Vec<Office>, ApiError> {
    get("offices").await
}

/// # Errors
/// [`ApiError`]
pub async fn slots(
    office: OfficeId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<DayOffer>, ApiError> {
    get(&format!("offices/{office}/slots?from={from}&to={to}")).await
}

/// # Errors
/// [`ApiError`]
pub async fn devices(office: OfficeId) -> Result<Vec<StaffDevice>, ApiError> {
    get(&format!("offices/{office}/devices")).await
}

/// # Errors
/// [`ApiError`]
pub async fn held(office: OfficeId) -> Result<Vec<HeldOp>, ApiError> {
    get(&format!("offices/{office}/held")).await
}

/// # Errors
/// [`ApiError`]
pub async fn phones(
    office: OfficeId,
    resident: ResidentId,
) -> Result<Vec<ResidentPhone>, ApiError> {
    get(&format!("offices/{office}/residents/{resident}/phones")).await
}

/// # Errors
/// [`ApiError`]; `session_missing` when nobody is signed in.
pub async fn session(device: &Device) -> Result<Account, ApiError> {
    let request = by(Request::get(&format!("{ROOT}/session")), device);
    let (request, _limit) = within(SMALL_MS, request);
    read(request.send().await.map_err(|_| ApiError::Offline)?).await
}

/// # Errors
/// [`ApiError`]; `sign_in_failed` for a wrong name or password.
pub async fn sign_in(device: &Device, given: &SignIn) -> Result<Account, ApiError> {
    post("session", SMALL_MS, device, given).await
}

/// Posts; if the server asks for it, as it does of devices it does not know while many come, does the
/// work and posts again.
async fn post<T: DeserializeOwned>(
    path: &str,
    ms: u32,
    device: &Device,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let mut proof: Option<Proof> = None;
    loop {
        let mut request = changing(by(Request::post(&format!("{ROOT}/{path}")), device));
        if let Some(before) = &device.forked_from {
            request = request.header("X-Rekam-Forked-From", before);
        }
        let request = match &proof {
            Some(proof) => request.header(HEADER, &proof.header()),
            None => request,
        };
        let (request, limit) = within(ms, request);
        let request = request.json(body).map_err(|_| ApiError::Unreadable)?;
        let answer = read(request.send().await.map_err(|_| ApiError::Offline)?).await;
        drop(limit);
        match answer {
            Err(ApiError::Problem(problem)) if proof.is_none() && problem.work.is_some() => {
                proof = match &problem.work {
                    Some(work) => Some(work_off(work).await),
                    None => None,
                };
            }
            answer => return answer,
        }
    }
}

thread_local! {
    /// How far the computation is that the server asked for.
    static WORKED: Cell<Option<f64>> = const { Cell::new(None) };
}

/// How likely the computation that the server asked for would be done by now, from 0 to 1; `None` while
/// there is none. It ends by chance: half of them at 0.5.
#[must_use]
pub fn worked() -> Option<f64> {
    WORKED.get()
}

/// Searches in small pieces, so that the page goes on meanwhile.
async fn work_off(work: &Work) -> Proof {
    let mut from = 0;
    loop {
        WORKED.set(Some(work.likely_by(from)));
        if let Some(proof) = work.search(from, PIECE) {
            WORKED.set(None);
            return proof;
        }
        from += PIECE;
        TimeoutFuture::new(0).await;
    }
}

/// Ends the session of an account, or of whoever is signed in alone.
///
/// # Errors
/// [`ApiError`]: it is still to be said.
pub async fn sign_out(
    device: &Device,
    who: Option<UserId>,
    next_seq: Option<u64>,
) -> Result<(), ApiError> {
    let next = next_seq.map(|seq| format!("?next_seq={seq}"));
    let path = format!("{ROOT}/session{}", next.unwrap_or_default());
    let request = changing(by_as(Request::delete(&path), device, who));
    let (request, _limit) = within(SMALL_MS, request);
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    match response.status() {
        204 => Ok(()),
        _ => read::<serde_json::Value>(response).await.map(drop),
    }
}

/// # Errors
/// [`ApiError`]; `sign_in_failed` for a wrong current password, `password_weak`.
pub async fn change_password(device: &Device, given: &NewPassword) -> Result<(), ApiError> {
    let request = changing(by(
        Request::post(&format!("{ROOT}/session/password")),
        device,
    ));
    let (request, _limit) = within(SMALL_MS, request);
    let request = request.json(given).map_err(|_| ApiError::Unreadable)?;
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    match response.status() {
        204 => Ok(()),
        _ => read::<serde_json::Value>(response).await.map(drop),
    }
}

/// # Errors
/// [`ApiError`]
pub async fn push(device: &Device, push: &Push) -> Result<Pushed, ApiError> {
    post("sync/push", LARGE_MS, device, push).await
}

/// Calls `poked` for each poke of the server until the stream ends or is aborted. The stream is read by hand,
/// since the browser's own event source sends no headers.
///
/// # Errors
/// [`ApiError`] when it cannot be opened.
pub async fn pokes(
    device: &Device,
    signal: &AbortSignal,
    poked: impl Fn(),
) -> Result<(), ApiError> {
    let request = by(Request::get(&format!("{ROOT}/sync/events")), device);
    let request = request.abort_signal(Some(signal));
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    if !response.ok() {
        return read::<serde_json::Value>(response).await.map(drop);
    }
    let body = response.body().ok_or(ApiError::Unreadable)?;
    let reader = body.get_reader();
    let reader: ReadableStreamDefaultReader =
        reader.dyn_into().map_err(|_| ApiError::Unreadable)?;
    loop {
        let chunk = JsFuture::from(reader.read()).await;
        let chunk = chunk.map_err(|_| ApiError::Offline)?;
        let value = js_sys::Reflect::get(&chunk, &"value".into()).unwrap_or_default();
        let Ok(bytes) = value.dyn_into::<js_sys::Uint8Array>() else {
            return Ok(());
        };
        // A line of data; comments keep the line open and begin with a colon.
        if String::from_utf8_lossy(&bytes.to_vec()).contains("data:") {
            poked();
        }
    }
}

/// # Errors
/// [`ApiError`]
pub async fn pull(
    device: &Device,
    cursor: &Cursor,
    account: Option<UserId>,
) -> Result<Pulled, ApiError> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let json = serde_json::to_vec(cursor).map_err(|_| ApiError::Unreadable)?;
    let cursor = URL_SAFE_NO_PAD.encode(json);
    let account = account.map_or_else(|| NOBODY.to_owned(), |id| id.to_string());
    let path = format!("{ROOT}/sync/pull?cursor={cursor}&as={account}");
    let request = by(Request::get(&path), device);
    let (request, _limit) = within(LARGE_MS, request);
    read(request.send().await.map_err(|_| ApiError::Offline)?).await
}
