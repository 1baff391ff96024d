//! The OpenAPI document: routes describe themselves, this gives the shapes. The types of `shared` stay
//! free of documentation code, since phones download them; a test holds the shapes against real values.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use crate::state::Shared;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rekam",
        description = "Booking and receiving residents for e-KTP recording. Every change is a \
            command that a device pushes; reads are pulls. Errors are \
            `application/problem+json` with a stable `code`. Requests that change something need \
            the header `X-Rekam: 1` and the app's own origin.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    modifiers(&Security),
    tags(
        (name = "sync", description = "Pushing commands, pulling changes"),
        (name = "session", description = "Staff"),
        (name = "offices", description = "What everybody may see"),
        (name = "roll", description = "The residents of an office, from a spreadsheet and back"),
        (name = "service", description = "For operating it"),
    )
)]
struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let device = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("<device id>.<32 bytes in base64url>")
            .description(Some("Made by the device; the first contact registers it"))
            .build();
        let session = ApiKey::Cookie(ApiKeyValue::new("rekam_session"));
        let parts = document.components.get_or_insert_with(Default::default);
        parts.add_security_scheme("device", SecurityScheme::Http(device));
        parts.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}

/// A router that collects what its routes say of themselves.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Base::openapi())
}

/// The document as it is served.
pub fn finish(document: utoipa::openapi::OpenApi) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}

#[derive(ToSchema)]
#[schema(as = Health)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Health {
    #[schema(example = "ok")]
    status: String,
    version: String,
    /// Changes when a backup was restored.
    epoch: String,
    now: DateTime<Utc>,
}

/// An error, RFC 9457.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Problem {
    r#type: String,
    title: String,
    status: u16,
    /// Stable; every locale of the app has a text for it.
    #[schema(example = "seq_gap")]
    code: String,
    /// The `seq` the server expects next.
    #[schema(required = false)]
    expected: Option<u64>,
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
    /// Of `too_many_requests`: what this device has to compute before it is heard.
    #[schema(required = false)]
    work: Option<Work>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Work {
    salt: String,
    bits: u8,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct FieldProblem {
    field: String,
    code: String,
}

#[derive(ToSchema)]
#[schema(as = SignIn)]
#[allow(dead_code, reason = "describes a shape")]
pub struct SignIn {
    username: String,
    #[schema(format = Password)]
    password: String,
    /// The place that the device's next op will have in its queue.
    #[schema(required = false)]
    next_seq: Option<u64>,
    /// Accounts that are to stay signed in on this device.
    #[schema(required = false)]
    beside: Vec<Uuid>,
}

#[derive(ToSchema)]
#[schema(as = NewPassword)]
#[allow(dead_code, reason = "describes a shape")]
pub struct NewPassword {
    #[schema(format = Password)]
    current: String,
    #[schema(format = Password)]
    new: String,
}

#[derive(ToSchema)]
#[schema(as = Account)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Account {
    id: Uuid,
    username: String,
    name: String,
    /// `kelurahan`, `operator`, `head` or `admin`.
    role: String,
    office: i64,
    #[schema(required = true)]
    kelurahan: Option<String>,
    ticket_keys: Vec<TicketKey>,
    /// The public key that settled ops are closed with, in base64url.
    #[schema(required = false)]
    lockbox: Option<String>,
    /// With the answer to a sign-in.
    #[schema(required = false)]
    seal: Option<SealedSignIn>,
    /// After signing in: who else stays signed in on this device.
    #[schema(required = false)]
    beside: Vec<Uuid>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct TicketKey {
    id: u8,
    /// An Ed25519 key, 32 bytes in base64url.
    public: String,
}

#[derive(ToSchema)]
#[schema(as = Office)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Office {
    id: i64,
    name: String,
    /// The kecamatan's code, six digits.
    region: String,
    /// `WIB`, `WITA` or `WIT`.
    zone: String,
    kelurahan: Vec<Kelurahan>,
    #[schema(value_type = Object)]
    settings: Value,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Kelurahan {
    code: String,
    name: String,
}

#[derive(ToSchema)]
#[schema(as = DayOffer)]
#[allow(dead_code, reason = "describes a shape")]
pub struct DayOffer {
    date: NaiveDate,
    /// `{"why": "day_off" | "holiday" | "by_office" | "not_known_yet", …}` on a closed day.
    #[schema(required = false, value_type = Object)]
    closed: Option<Value>,
    slots: Vec<SlotOffer>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct SlotOffer {
    /// In the office's local time.
    #[schema(example = "2026-12-01T07:30")]
    start: String,
    minutes: u16,
    free: u16,
}

#[derive(ToSchema)]
#[schema(as = TabletContact)]
#[allow(dead_code, reason = "describes a shape")]
pub struct TabletContact {
    letters: String,
    #[schema(required = true)]
    last_contact: Option<DateTime<Utc>>,
}

#[derive(ToSchema)]
#[schema(as = StaffDevice)]
#[allow(dead_code, reason = "describes a shape")]
pub struct StaffDevice {
    device: Uuid,
    /// Of a tablet that receives people.
    #[schema(required = true)]
    letters: Option<String>,
    /// The names of those who have signed in there.
    people: Vec<String>,
    #[schema(required = true)]
    last_contact: Option<DateTime<Utc>>,
    locked: bool,
}

#[derive(ToSchema)]
#[schema(as = ResidentPhone)]
#[allow(dead_code, reason = "describes a shape")]
pub struct ResidentPhone {
    /// For `remove_phone`.
    phone: Uuid,
    since: DateTime<Utc>,
    #[schema(required = true)]
    last_contact: Option<DateTime<Utc>>,
    /// It asked that the others be removed.
    asks: bool,
    /// It is to be removed.
    goes: bool,
}

#[derive(ToSchema)]
#[schema(as = HeldOp)]
#[allow(dead_code, reason = "describes a shape")]
pub struct HeldOp {
    op: Uuid,
    kind: String,
    /// The name of the account it speaks for.
    #[schema(required = true)]
    author: Option<String>,
    /// The name of the person it is about.
    #[schema(required = true)]
    about: Option<String>,
    /// The device that it came from.
    device: Uuid,
    /// The letters of a tablet that receives people.
    #[schema(required = true)]
    letters: Option<String>,
    /// The names of those who have signed in there.
    #[schema(required = true)]
    people: Vec<String>,
    #[schema(example = "signed_out")]
    why: String,
    received_at: DateTime<Utc>,
}

/// At most 50 ops and 192 KiB.
#[derive(ToSchema)]
#[schema(as = Push)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Push {
    /// The device's clock; the server corrects the ops' times by it.
    sent_at: DateTime<Utc>,
    /// Ops before the first one are lost: go on here.
    #[schema(required = false)]
    declare_gap: bool,
    /// The sign-ins that the ops of staff are judged by: a server restored from an older backup takes them.
    #[schema(required = false)]
    seals: Vec<SealedSignIn>,
    ops: Vec<Envelope>,
}

/// A sign-in, sealed by the server: kept with the device's queue and sent along, as it is.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct SealedSignIn {
    device: Uuid,
    account: Uuid,
    /// From which place in the device's queue on.
    from: u64,
    at: DateTime<Utc>,
    /// When its session ends at the latest.
    until: DateTime<Utc>,
    /// Who stayed signed in beside the account.
    #[schema(required = false)]
    beside: Vec<Uuid>,
    epoch: String,
    seal: String,
}

/// One command with what surrounds it. What cannot be read beyond `op_id` and `seq` is put aside and
/// answered `quarantined`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Envelope {
    /// UUIDv7; a repeat gets the stored answer.
    op_id: Uuid,
    device_id: Uuid,
    /// 1, 2, 3… on the device, without a gap.
    seq: u64,
    office: i64,
    #[schema(example = "request_booking")]
    kind: String,
    v: u16,
    /// `"resident"` or `{"user": id}`.
    #[schema(value_type = Object)]
    actor: Value,
    device_time: DateTime<Utc>,
    #[schema(value_type = Object)]
    payload: Value,
}

#[derive(ToSchema)]
#[schema(as = Pushed)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Pushed {
    results: Vec<OpAnswer>,
    /// Of this device, after the push.
    last_seq: u64,
    /// Changes when a backup was restored.
    epoch: String,
    #[schema(required = false)]
    stopped: Option<Stopped>,
}

/// With `applied` come `change_seq` and `receipt`, with `rejected` `code` and `nearest`, with
/// `quarantined` `code`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct OpAnswer {
    op_id: Uuid,
    seq: u64,
    replayed: bool,
    #[schema(example = "applied")]
    result: String,
    #[schema(required = false)]
    change_seq: Option<u64>,
    #[schema(required = false, value_type = Object)]
    receipt: Option<Value>,
    #[schema(required = false)]
    code: Option<String>,
    #[schema(required = false)]
    nearest: Vec<String>,
}

/// Why the ops that follow were not looked at.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Stopped {
    code: String,
    expected: u64,
}

#[derive(ToSchema)]
#[schema(as = Pulled)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Pulled {
    changes: Vec<PullRow>,
    /// Opaque: to be given back, as base64url of its JSON.
    #[schema(value_type = Object)]
    cursor: Value,
    /// This device's last seq that the changes contain.
    device_seq: u64,
    more: bool,
    /// Offices whose rows on the device must go first.
    reset: Vec<i64>,
    now: DateTime<Utc>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct PullRow {
    office: i64,
    #[schema(example = "booking")]
    entity: String,
    id: Uuid,
    seq: u64,
    /// Left out when false.
    #[schema(required = false)]
    deleted: bool,
    #[schema(required = false, value_type = Object)]
    data: Value,
}

/// A file before it is entered.
#[derive(ToSchema)]
#[schema(as = Preview)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Preview {
    /// Of a workbook: its sheets with lines, and which of them is looked at.
    sheets: Vec<Sheet>,
    #[schema(required = true)]
    sheet: Option<u32>,
    /// Entering needs `sheet` to be said.
    asks_sheet: bool,
    heads: Vec<String>,
    /// The first lines.
    sample: Vec<Vec<String>>,
    columns: Columns,
    /// What it cannot be entered without.
    missing: Vec<String>,
    lines: u32,
    new: u32,
    changed: u32,
    same: u32,
    /// Lines that repeat another.
    twice: u32,
    /// Lines that cannot be taken.
    wrong: u32,
    /// Wajib KTP today, and by the end of the booking window.
    due_now: u32,
    due_in_window: u32,
    /// A thousand at most.
    errors: Vec<LineError>,
    /// Lines below the list: signatures, sums.
    left_out: Vec<LeftOut>,
    /// What will not be taken of those who can be.
    hints: Vec<Hint>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Hint {
    column: String,
    code: String,
    /// How many lines it is about, and the first of them.
    lines: u32,
    first: u32,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Sheet {
    name: String,
    /// Below its heads.
    lines: u32,
    hidden: bool,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct LeftOut {
    line: u32,
    /// How it begins.
    text: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Columns {
    /// From the left; `null` is passed over.
    meanings: Vec<Option<String>>,
    #[schema(required = true)]
    all_of: Option<String>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct LineError {
    /// As the spreadsheet counts them, from 1.
    line: u32,
    column: String,
    code: String,
    /// The name on the line and what the cell shows, each at most 60 letters.
    name: String,
    text: String,
}

/// A step of entering a file: `reading`, `comparing`, `saving`, and at last `done` or `failed`.
#[derive(ToSchema)]
#[schema(as = Progress)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Progress {
    is: String,
    #[schema(required = false)]
    people: Option<u32>,
    #[schema(required = false)]
    imported: Option<Imported>,
    #[schema(required = false)]
    code: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = Imported)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Imported {
    enrolled: Enrolled,
    twice: u32,
    wrong: u32,
    errors: Vec<LineError>,
    left_out: Vec<LeftOut>,
    hints: Vec<Hint>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a shape")]
pub struct Enrolled {
    entered: u32,
    changed: u32,
    same: u32,
    /// Of those entered: known to another office until now.
    moved: u32,
    /// Not entered: they have a booking at another office.
    elsewhere: u32,
}

#[cfg(test)]
mod tests;
