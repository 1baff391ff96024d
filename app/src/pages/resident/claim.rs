//! A code from a slip brings somebody's bookings to this phone. The code and the birth date never
//! stand in an address that reaches the server: a link may carry the code after `#` only.

use super::{NotSaved, office::OfficeGate, phones::Phones, wish};
use crate::router::use_router;
use crate::{
    components::{
        Checkbox, DateField, ErrorSummary, Icon, Notice, OpTrack, PageHeader, ProblemNotice,
        TextField, Tone, use_unsaved,
    },
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    client::OpStatus,
    command::{Command, Receipt},
    ids::{OfficeId, OpId},
    invitation::Invitation,
    office::Office,
    person::BirthDate,
    resident::{ClaimHash, Resident, normalise_code},
    sync::OpResult,
};
use wish::Stage;

#[component]
pub fn ClaimPage() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    // A slip's link names the office that printed it.
    let named = of_link("office").or_else(|| untrack(|| use_router().query("office")));
    if let Some(office) = named.and_then(|id| id.parse().ok()) {
        rekam.choose_office(OfficeId(office));
    }
    view! {
        <div class="page">
            <PageHeader
                title=move || t_string!(i18n, resident.claim.title)
                lead=move || t_string!(i18n, resident.claim.lead)
                back="/"
            />
            <OfficeGate let:office>
                <Claim office/>
            </OfficeGate>
        </div>
    }
}

#[component]
fn Claim(office: Office) -> impl IntoView {
    let asked = RwSignal::new(None::<OpId>);
    let office = StoredValue::new(office);
    move || match asked.get() {
        Some(op) => view! { <Answer op asked/> }.into_any(),
        None => view! { <ClaimForm office=office.get_value() asked/> }.into_any(),
    }
}

/// A value that a link brought after `#`.
fn of_link(name: &str) -> Option<String> {
    let hash = window().location().hash().ok()?;
    let mut parts = hash.trim_start_matches('#').split('&');
    parts.find_map(|part| Some(part.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
}

/// The code of a link; taken out of the address at once.
fn code_of_link() -> String {
    let code = of_link("code").unwrap_or_default();
    if !code.is_empty() {
        let _ = window().location().set_hash("");
    }
    code
}

#[component]
fn ClaimForm(office: Office, asked: RwSignal<Option<OpId>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let code = RwSignal::new(code_of_link());
    let birth = RwSignal::new(String::new());
    let removes = RwSignal::new(false);
    use_unsaved(Signal::derive(move || {
        !code.with(String::is_empty) || !birth.with(String::is_empty)
    }));
    let tried = RwSignal::new(false);
    let sending = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let summary = RwSignal::new(Vec::<(&'static str, String)>::new());
    let code_error = move || {
        let wrong = code.with(|code| ClaimHash::of_code(code).is_err());
        wrong.then(|| {
            let n = code.with(|code| normalise_code(code).chars().count());
            t_string!(i18n, resident.claim.code_bad, n = n)
        })
    };
    let birth_error = move || {
        let parsed = birth.with(|birth| BirthDate::parse(birth));
        parsed.err().map(|error| {
            let is_whole = birth.with(|birth| birth.split('-').all(|part| !part.is_empty()));
            if is_whole {
                i18n.code_text(error.code())
            } else {
                t_string!(i18n, resident.claim.birth_bad)
            }
        })
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let birth_error = birth_error().map(str::to_owned);
        let wrong = [("claim-code", code_error()), ("claim-birth", birth_error)];
        summary.set(
            wrong
                .into_iter()
                .filter_map(|(id, e)| Some((id, e?)))
                .collect(),
        );
        let parsed = (
            code.with_untracked(|code| ClaimHash::of_code(code)),
            birth.with_untracked(|birth| BirthDate::parse(birth)),
        );
        let (Ok(code), Ok(birth)) = parsed else {
            return;
        };
        if sending.get_untracked() {
            return;
        }
        sending.set(true);
        let command = Command::ClaimResident {
            code,
            birth,
            remove_others: removes.get_untracked(),
        };
        spawn_local(async move {
            match rekam.append(office.id, command).await {
                Ok(op) => asked.set(Some(op)),
                Err(_) => {
                    sending.set(false);
                    failed.set(true);
                }
            }
        });
    };
    view! {
        <form class="form" novalidate="" on:submit=send>
            <ErrorSummary errors=summary/>
            <TextField
                id="claim-code"
                kind="code"
                label=move || t_string!(i18n, resident.claim.code_label)
                hint=move || t_string!(i18n, resident.claim.code_hint)
                value=code
                error=Signal::derive(move || tried.get().then(code_error).flatten())
            />
            <DateField
                id="claim-birth"
                label=move || t_string!(i18n, resident.identity.birth_label)
                hint=move || t_string!(i18n, resident.claim.birth_hint)
                value=birth
                error=Signal::derive(move || tried.get().then(birth_error).flatten())
            />
            <Checkbox
                id="claim-remove"
                label=move || format!(
                    "{}. {}",
                    t_string!(i18n, resident.claim.remove_label),
                    t_string!(i18n, resident.claim.remove_note),
                )
                value=removes
            />
            <p class="small soft">{t!(i18n, resident.claim.limit)}</p>
            <Show when=move || failed.get()>
                <NotSaved/>
            </Show>
            <button
                type="submit"
                class="btn btn--primary btn--big btn--block"
                aria-busy=move || sending.get().to_string()
            >
                <Icon name="ticket"/>{t!(i18n, resident.claim.send)}
            </button>
        </form>
    }
}

/// What the office answered.
#[component]
fn Answer(op: OpId, asked: RwSignal<Option<OpId>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let found = Memo::new(move |_| {
        let op = rekam.op(op)?;
        let granted = match &op.status {
            OpStatus::Settled {
                result:
                    OpResult::Applied {
                        receipt: Receipt::Granted { resident },
                        ..
                    },
                ..
            } => rekam.view(|view| view.get::<Resident>(*resident).cloned()),
            _ => None,
        };
        Some((op.envelope.seq, Stage::of(&op), granted))
    });
    let answer = move || {
        let (seq, stage, granted) = found.get()?;
        Some(match (stage, granted) {
            (Stage::Saved | Stage::Sent, _) => {
                let title = move || t_string!(i18n, resident.claim.waiting_title);
                let text = move || t_string!(i18n, resident.claim.waiting_text);
                view! { <Notice title text/> }.into_any()
            }
            (Stage::Answered, Some(resident)) => view! { <Granted resident/> }.into_any(),
            (Stage::Answered, None) => {
                let text = move || t_string!(i18n, resident.claim.ok_loading);
                view! { <Notice tone=Tone::Success text/> }.into_any()
            }
            (Stage::TurnedDown(problem), _) => {
                view! { <Refused code=problem.code.as_str() seq asked/> }.into_any()
            }
            (Stage::PutAside(code), _) => {
                view! { <Refused code=code.as_str() seq asked/> }.into_any()
            }
        })
    };
    view! {
        <div class="stack">
            {answer}
            <Phones/>
            <OpTrack op=Signal::derive(move || rekam.op(op))/>
        </div>
    }
}

#[component]
fn Refused(code: &'static str, seq: u64, asked: RwSignal<Option<OpId>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let again = move |_| {
        rekam.dismiss(seq);
        asked.set(None);
    };
    view! {
        <ProblemNotice code tone=Tone::Warning>
            <button class="btn btn--secondary" on:click=again>
                {t!(i18n, resident.claim.again)}
            </button>
        </ProblemNotice>
    }
}

#[component]
fn Granted(resident: Resident) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let router = use_router();
    let (who, is_free) = (resident.id, resident.active.is_none());
    // Whoever was invited sees the invitation, once its row is here.
    Effect::new(move || {
        let invited = rekam.view(|view| {
            let mut all = wish::invitations(view).into_iter();
            all.find(|invitation: &Invitation| invitation.resident == who)
        });
        if let Some(invitation) = invited.filter(|_| is_free) {
            router.replace(&format!("/invitations/{}", invitation.id));
        }
    });
    let name = resident.name.to_string();
    let booking = resident.active.map(|active| active.booking);
    let has_booking = booking.is_some();
    let title = move || t_string!(i18n, resident.claim.ok_title);
    let text = move || {
        if has_booking {
            t_string!(i18n, resident.claim.ok_text, name = name.as_str())
        } else {
            t_string!(i18n, resident.claim.ok_no_booking, name = name.as_str())
        }
    };
    view! {
        <Notice tone=Tone::Success title text>
            {match booking {
                Some(id) => view! {
                    <a href=format!("/bookings/{id}") class="btn btn--primary">
                        <Icon name="ticket"/>{t!(i18n, resident.home.open_booking)}
                    </a>
                }
                .into_any(),
                None => view! {
                    <a href="/book" class="btn btn--primary">
                        <Icon name="calendar"/>{t!(i18n, resident.home.book)}
                    </a>
                }
                .into_any(),
            }}
        </Notice>
    }
}
