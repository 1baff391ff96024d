//! Everything once more before it is sent; sending is one append.

use super::{
    super::{
        NotSaved,
        draft::{self, BookDraft, Keeper, visit_day},
        ticket::slot_text,
        wish,
    },
    BookStep, Walk,
};
use crate::{
    components::{Icon, PageHeader, format},
    i18n::*,
    state::{Connection, use_rekam},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use shared::{
    command::{Applicant, Command},
    office::Office,
    person::Sex,
    resident::Draft,
};

#[component]
pub fn Review(office: Office, keeper: Keeper, walk: Walk) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sending = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let office = StoredValue::new(office);
    let checked = Memo::new(move |_| {
        let now = rekam.now();
        keeper.draft.with(|draft| {
            office.with_value(|office| draft.wish(office, visit_day(draft, office, now)))
        })
    });
    let is_right = move || checked.with(Result::is_ok);
    let send = move |_| {
        let Ok(wish) = checked.get_untracked() else {
            return;
        };
        if sending.get_untracked() {
            return;
        }
        sending.set(true);
        failed.set(false);
        keeper.send();
        spawn_local(async move {
            let office = office.with_value(|office| office.id);
            let command = Command::RequestBooking(wish);
            match rekam.append_from(Some(draft::KEY), office, command).await {
                Ok(op) => {
                    walk.done(op);
                    // Emptied once this page has gone, so that it does not complain on its way out.
                    TimeoutFuture::new(0).await;
                    keeper.draft.try_set(BookDraft::default());
                }
                Err(_) => {
                    keeper.resume();
                    sending.set(false);
                    failed.set(true);
                }
            }
        });
    };
    let is_offline = move || matches!(rekam.connection(), Connection::Offline { .. });
    view! {
        <PageHeader
            title=move || t_string!(i18n, resident.review.title)
            lead=move || t_string!(i18n, resident.review.lead)
        />
        <Show when=move || !is_right()>
            <div class="notice notice--danger" role="alert">
                <Icon name="warning"/>
                <div class="notice__body">
                    <p class="notice__title">{t!(i18n, resident.review.fix_title)}</p>
                    <p class="notice__text">{t!(i18n, resident.review.fix_text)}</p>
                    <div class="notice__actions">
                        <button
                            class="btn btn--secondary"
                            on:click=move |_| walk.to(BookStep::Identity)
                        >
                            <Icon name="edit"/>{t!(i18n, resident.done.fix_data)}
                        </button>
                    </div>
                </div>
            </div>
        </Show>
        <section class="card">
            <div class="card__head">
                <h2 class="card__title">{t!(i18n, resident.review.time_title)}</h2>
                <EditButton
                    label=Signal::derive(move || {
                        t_string!(i18n, resident.review.edit_time).to_string()
                    })
                    step=BookStep::Slot
                    walk
                />
            </div>
            <TimeFacts office=office.get_value() keeper/>
        </section>
        <section class="card">
            <div class="card__head">
                <h2 class="card__title">{t!(i18n, resident.review.person_title)}</h2>
                <EditButton
                    label=Signal::derive(move || {
                        t_string!(i18n, resident.review.edit_person).to_string()
                    })
                    step=BookStep::Identity
                    walk
                />
            </div>
            {move || {
                checked
                    .get()
                    .ok()
                    .map(|wish| match wish.who {
                        Applicant::New(draft) => {
                            view! { <PersonFacts draft=*draft office=office.get_value()/> }.into_any()
                        }
                        known @ Applicant::Known(_) => {
                            let name = rekam.view(|view| wish::applicant_name(i18n, view, &known));
                            view! { <p><strong>{name}</strong></p> }.into_any()
                        }
                    })
            }}
        </section>
        <Show when=is_offline>
            <div class="notice notice--info" role="status">
                <Icon name="saved"/>
                <div class="notice__body">
                    <p class="notice__text">{t!(i18n, resident.review.offline_note)}</p>
                </div>
            </div>
        </Show>
        <Show when=move || failed.get()>
            <NotSaved/>
        </Show>
        <div class="sticky-actions">
            <button
                class="btn btn--primary btn--big btn--block"
                disabled=move || !is_right()
                aria-busy=move || sending.get().to_string()
                on:click=send
            >
                <Icon name="send"/>
                {move || {
                    if sending.get() {
                        t_string!(i18n, resident.review.sending)
                    } else {
                        t_string!(i18n, resident.review.send)
                    }
                }}
            </button>
        </div>
    }
}

#[component]
fn EditButton(label: Signal<String>, step: BookStep, walk: Walk) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <button class="btn btn--quiet" aria-label=label on:click=move |_| walk.to(step)>
            <Icon name="edit"/>{t!(i18n, resident.book.edit)}
        </button>
    }
}

#[component]
fn TimeFacts(office: Office, keeper: Keeper) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let zone = office.zone.label();
    let hours = office.settings.change_until_hours;
    let choices = Memo::new(move |_| keeper.draft.with(|draft| draft.choices.clone()));
    let may_change = office.clone();
    let in_time = Memo::new(move |_| {
        let first = choices.with(|choices| choices.first().copied());
        first.is_none_or(|slot| may_change.may_change(slot, rekam.now()))
    });
    let otherwise = move || {
        let (any, wait) = keeper
            .draft
            .with(|draft| (draft.any_that_week, draft.wait_if_full));
        [
            any.then(|| t_string!(i18n, resident.review.otherwise_any)),
            wait.then(|| t_string!(i18n, resident.review.otherwise_wait)),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
    };
    let label = move |n: usize| {
        if choices.with(Vec::len) > 1 {
            t_string!(i18n, resident.slot.choice_n, n = n).to_string()
        } else {
            t_string!(i18n, resident.review.first).to_string()
        }
    };
    let times = move || {
        let locale = i18n.get_locale();
        choices
            .get()
            .into_iter()
            .zip(1..)
            .map(|(slot, n)| {
                view! {
                    <Fact name=label(n) value=format!("{} {zone}", slot_text(locale, slot))/>
                }
            })
            .collect_view()
    };
    let has_priority = move || keeper.draft.with(|draft| draft.form.priority);
    view! {
        <dl class="facts">
            {times}
            {move || {
                let text = otherwise();
                (!text.is_empty()).then(|| view! {
                    <Fact name=t_string!(i18n, resident.review.otherwise).to_string() value=text/>
                })
            }}
            {move || has_priority().then(|| view! {
                <Fact
                    name=t_string!(i18n, resident.review.priority).to_string()
                    value=t_string!(i18n, resident.identity.yes).to_string()
                />
            })}
            <div class="facts__row">
                <dt>{t!(i18n, resident.review.office_title)}</dt>
                <dd>{office.name}</dd>
            </div>
        </dl>
        <p class="soft">
            {move || if in_time.get() {
                t_string!(i18n, resident.review.change_until, hours = hours)
            } else {
                t_string!(i18n, resident.review.change_never).to_owned()
            }}
        </p>
    }
}

/// What was typed, every digit of it: what is hidden nobody can check.
#[component]
fn PersonFacts(draft: Draft, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let locale = i18n.get_locale();
        let kelurahan = draft
            .kelurahan
            .as_ref()
            .and_then(|code| office.kelurahan(code))
            .map(|kelurahan| kelurahan.name.clone());
        let number = |n: Option<u16>| n.map_or_else(|| "-".to_owned(), |n| format!("{n:03}"));
        let lives = (draft.rt.or(draft.rw).is_some())
            .then(|| format!("{}/{}", number(draft.rt), number(draft.rw)));
        let sex = draft.sex.map(|sex| match sex {
            Sex::Male => t_string!(i18n, resident.identity.male).to_string(),
            Sex::Female => t_string!(i18n, resident.identity.female).to_string(),
        });
        let rows = [
            (
                t_string!(i18n, resident.review.name),
                Some(draft.name.to_string()),
            ),
            (
                t_string!(i18n, resident.review.nik),
                draft.nik.as_ref().map(|n| format::code(n.as_str())),
            ),
            (
                t_string!(i18n, resident.review.kk),
                draft.kk.as_ref().map(|n| format::code(n.as_str())),
            ),
            (
                t_string!(i18n, resident.review.birth),
                draft.birth.map(|birth| format::date(locale, birth.date())),
            ),
            (t_string!(i18n, resident.review.sex), sex),
            (t_string!(i18n, resident.review.kelurahan), kelurahan),
            (t_string!(i18n, resident.review.rt), lives),
            (
                t_string!(i18n, resident.review.phone),
                draft.phone.as_ref().map(ToString::to_string),
            ),
            (
                t_string!(i18n, resident.review.guardian),
                draft.guardian.as_ref().map(ToString::to_string),
            ),
        ];
        view! {
            <dl class="facts">
                {rows
                    .into_iter()
                    .filter_map(|(name, value)| {
                        value.map(|value| view! { <Fact name=name.to_string() value/> })
                    })
                    .collect_view()}
            </dl>
        }
    }
}

#[component]
fn Fact(name: String, value: String) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}
