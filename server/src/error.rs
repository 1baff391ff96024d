//! One error for all answers: RFC 9457 `application/problem+json` with a stable code. What went wrong
//! inside is logged under the request's id and never sent.

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use shared::{
    problem::Code,
    sync::{FieldProblem, ProblemBody},
    work::Work,
};

use crate::{batch::BatchError, store::StoreError};

const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not answered as asked.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: Code,
    expected: Option<u64>,
    errors: Vec<FieldProblem>,
    /// Seconds after which it is worth another try.
    retry_after: Option<u64>,
    work: Option<Work>,
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self {
            status: status_of(code),
            code,
            expected: None,
            errors: Vec::new(),
            retry_after: None,
            work: None,
        }
    }
}

impl ApiError {
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// With the `seq` that the server expects next.
    #[must_use]
    pub fn expecting(self, seq: u64) -> Self {
        Self {
            expected: Some(seq),
            ..self
        }
    }

    /// With a field of the request and what is wrong with it.
    #[must_use]
    pub fn at(mut self, field: &str, code: &str) -> Self {
        self.errors.push(FieldProblem {
            field: field.to_owned(),
            code: code.to_owned(),
        });
        self
    }

    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }
}

impl From<Work> for ApiError {
    fn from(work: Work) -> Self {
        Self {
            work: Some(work),
            ..Self::from(Code::TooManyRequests).retry_after(1)
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if error.is_connection() || error.is_retryable() {
            tracing::warn!(%error, "the database cannot be reached");
            return Self::from(Code::Busy).retry_after(2);
        }
        tracing::error!(%error, "the database refused");
        Code::Internal.into()
    }
}

impl From<BatchError> for ApiError {
    fn from(error: BatchError) -> Self {
        tracing::warn!(%error, "a push could not be taken");
        Self::from(Code::Busy).retry_after(2)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: "about:blank".to_owned(),
            title: title_of(self.code, self.status).to_owned(),
            status: self.status.as_u16(),
            code: self.code,
            expected: self.expected,
            errors: self.errors,
            work: self.work,
        };
        let text = serde_json::to_string(&body).unwrap_or_default();
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The code's own status. Codes that only ops get are answered as a conflict.
fn status_of(code: Code) -> StatusCode {
    match code {
        Code::Malformed
        | Code::RangeTooLong
        | Code::TooManyOps
        | Code::Undecodable
        | Code::FileKind
        | Code::FileOld
        | Code::FileDamaged
        | Code::FileEmpty
        | Code::ColumnsMissing
        | Code::SheetUnsaid
        | Code::SheetUnknown
        | Code::PasswordWeak => StatusCode::BAD_REQUEST,
        Code::SessionMissing | Code::SignInFailed | Code::DeviceToken => StatusCode::UNAUTHORIZED,
        Code::NotAllowed | Code::OtherOffice | Code::OriginMismatch | Code::DeviceRevoked => {
            StatusCode::FORBIDDEN
        }
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::AppTooOld => StatusCode::UPGRADE_REQUIRED,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::Busy | Code::UpgradePending => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::CONFLICT,
    }
}

/// For people who read the wire; the app has its own texts for each code.
fn title_of(code: Code, status: StatusCode) -> &'static str {
    match code {
        Code::SeqGap => "Ops before this one are missing; nothing was taken",
        Code::DeviceForked => "Another device uses this id; nothing was taken",
        Code::DeviceToken => "The token does not belong to this device",
        Code::DeviceRevoked => "The office has locked this device",
        Code::UpgradePending => "The server is older than the app; keep the queue and try later",
        Code::AppTooOld => "The app is too old; keep the queue and update",
        Code::SessionMissing => "Nobody is signed in, or the session has ended",
        Code::SignInFailed => "Username or password do not fit",
        Code::PasswordWeak => "The password is too short, or guessed first",
        Code::OriginMismatch => "The request does not come from the app itself",
        Code::OtherOffice => "This belongs to another office",
        Code::TooManyOps => "Too many ops in one push",
        Code::RangeTooLong => "The range of days is too long",
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

/// Turns every other error answer (of the router, of extractors, of limits) into a problem, so that
/// there is only one shape.
pub async fn problems_only(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    if !is_error || content_type.is_some_and(|kind| kind == PROBLEM_JSON) {
        return response;
    }
    let code = match status.as_u16() {
        401 => Code::SessionMissing,
        403 => Code::NotAllowed,
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        408 | 503 | 504 => Code::Busy,
        413 => Code::TooLarge,
        429 => Code::TooManyRequests,
        400..=499 => Code::Malformed,
        _ => Code::Internal,
    };
    // JSON of another shape is as malformed as text that is no JSON.
    let status = match status {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    let mut problem = ApiError {
        status,
        ..code.into()
    }
    .into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}
