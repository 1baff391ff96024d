//! The second touch: what is known of a booking, whether the person goes first, the button that confirms the
//! arrival, and then the queue number, very large.

use super::{
    context::{Desk, Given, use_desk},
    expected::Who,
    lookup::{Finding, Found, Invited, Seen, Standing},
    words,
};
use crate::{
    components::{Icon, OpBadge, format},
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{command::Proof, ids::OpId, slot::SlotStart, ticket::TicketError};

/// A finding as it was when it was found: it does not change under the clerk's finger.
#[component]
pub fn Confirm(
    finding: Finding,
    proof: Proof,
    #[prop(into)] on_close: Callback<()>,
    /// Told once the arrival is durable.
    #[prop(into)]
    on_given: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let given = RwSignal::new(None::<Given>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(false);
    // What was declared, until the clerk, who sees the person, says something else.
    let declared = matches!(&finding, Finding::Known(found) if found.priority);
    let priority = RwSignal::new(declared);
    let name = match &finding {
        Finding::Known(found) => found.person.name.clone(),
        Finding::Invited(invited) => invited.person.name.clone(),
        _ => None,
    };
    let confirm = move |who: Who| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            match desk.come(who, proof, priority.get_untracked(), None).await {
                Ok(arrival) => {
                    given.set(Some(arrival));
                    on_given.run(());
                }
                Err(_) => failed.set(true),
            }
            busy.set(false);
        });
    };
    let finding = StoredValue::new(finding);
    let name = StoredValue::new(name);
    let says = move |given: &Given| {
        let who = name.with_value(|name| words::name_or(i18n, name.as_ref()));
        let number = given.number.clone();
        t_string!(i18n, desk.arrival.announce, name = who, number = number)
    };
    view! {
        <div class="stack">
            <p class="visually-hidden" role="status" aria-live="assertive">
                {move || given.with(|given| given.as_ref().map(says))}
            </p>
            {move || match given.get() {
                Some(given) => {
                    let name = name.get_value();
                    view! { <NumberGiven given name on_done=on_close/> }.into_any()
                }
                None => finding
                    .with_value(|finding| card(i18n, desk, finding, proof, (busy, priority), confirm))
                    .into_any(),
            }}
            <Show when=move || failed.get()>
                <NotSaved/>
            </Show>
        </div>
    }
}

/// The number, for the clerk to say and to write on the slip.
#[component]
pub fn NumberGiven(
    given: Given,
    name: Option<String>,
    #[prop(into)] on_done: Callback<()>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="now">
            <p class="now__label">{t!(i18n, desk.arrival.number)}</p>
            <div class="now__who">
                <p class="now__number">{given.number}</p>
                <p class="now__name">{move || words::name_or(i18n, name.as_ref())}</p>
            </div>
            <div class="now__actions">
                <button
                    class="btn btn--primary btn--big"
                    type="button"
                    on:click=move |_| on_done.run(())
                >
                    <Icon name="check"/>
                    {t!(i18n, desk.arrival.done)}
                </button>
                {children.map(|children| children())}
            </div>
        </section>
        <p class="small">
            <Fate op=given.op/>
        </p>
    }
}

/// What became of a command, small.
#[component]
pub fn Fate(op: OpId) -> impl IntoView {
    let rekam = use_rekam();
    let op = Memo::new(move |_| rekam.op(op));
    view! { <OpBadge op/> }
}

/// The arrival could not be written on the tablet: paper is the way out.
#[component]
pub fn NotSaved() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="notice notice--danger" role="alert">
            <Icon name="warning"/>
            <div class="notice__body">
                <p class="notice__title">{t!(i18n, desk.arrival.not_saved)}</p>
                <p class="notice__text">{t!(i18n, desk.arrival.not_saved_text)}</p>
            </div>
        </div>
    }
}

/// Tone, icon, title and text of the notice above a finding.
struct Word {
    tone: &'static str,
    icon: &'static str,
    title: String,
    text: Option<String>,
}

impl Word {
    fn new(tone: &'static str, title: impl Into<String>, text: Option<String>) -> Self {
        let icon = match tone {
            "success" => "check-circle",
            "info" => "info",
            _ => "warning",
        };
        let title = title.into();
        Self {
            tone,
            icon,
            title,
            text,
        }
    }
}

fn card(
    i18n: I18n,
    desk: Desk,
    finding: &Finding,
    proof: Proof,
    (busy, priority): (RwSignal<bool>, RwSignal<bool>),
    confirm: impl Fn(Who) + Copy + Send + 'static,
) -> AnyView {
    let button = move |who: Who, plain: bool, declared: bool| {
        view! {
            <GoesFirst declared priority/>
            <button
                class="btn btn--primary btn--big btn--block"
                type="button"
                aria-busy=move || busy.get().to_string()
                on:click=move |_| confirm(who)
            >
                <Icon name="check"/>
                {move || if busy.get() {
                    t_string!(i18n, desk.arrival.confirming)
                } else if plain {
                    t_string!(i18n, desk.arrival.confirm)
                } else {
                    t_string!(i18n, desk.arrival.anyway)
                }}
            </button>
        }
    };
    match finding {
        Finding::Known(found) => {
            let word = standing(i18n, desk, found, proof);
            let plain = found.standing == Standing::Today;
            let touch = (!found.standing.is_here())
                .then(|| button(Who::Booking(found.booking), plain, found.priority));
            let record = format!("/kelurahan/residents/{}", found.resident);
            view! {
                {word.map(notice)}
                {facts(i18n, found)}
                {touch}
                <a class="btn btn--quiet btn--block" href=record>{t!(i18n, desk.person.open)}</a>
            }
            .into_any()
        }
        Finding::Invited(invited) => {
            let title = t_string!(i18n, desk.scan.invited);
            let text = t_string!(i18n, desk.scan.invited_text).to_owned();
            let word = Word::new("info", title, Some(text));
            let who = Who::Invited(invited.resident);
            view! { {notice(word)} {invited_facts(i18n, invited)} {button(who, true, false)} }
                .into_any()
        }
        Finding::Paper => {
            let title = t_string!(i18n, desk.scan.paper);
            let text = t_string!(i18n, desk.scan.paper_text).to_owned();
            view! {
                {notice(Word::new("info", title, Some(text)))}
                <a class="btn btn--primary btn--big btn--block" href="/desk">
                    <Icon name="search"/>{t!(i18n, desk.scan.by_name)}
                </a>
                <a class="btn btn--secondary btn--big btn--block" href="/desk/walk-in">
                    <Icon name="walk-in"/>{t!(i18n, desk.scan.as_walk_in)}
                </a>
            }
            .into_any()
        }
        Finding::Unseen { booking, starts } => {
            let office = desk.office.get_untracked();
            let when = office.map(|office| {
                let day = office.zone.local(*starts).date();
                let time = words::local_time(i18n, &office, *starts);
                format!("{}, {time}", words::date(i18n, day))
            });
            let text = t_string!(
                i18n,
                desk.scan.unknown_good_text,
                when = when.unwrap_or_default()
            );
            let title = t_string!(i18n, desk.scan.unknown_good);
            let word = Word::new("warning", title, Some(text));
            view! { {notice(word)} {button(Who::Booking(*booking), true, false)} }.into_any()
        }
        Finding::UnknownCode(code) => {
            let title = t_string!(i18n, desk.scan.unknown_code, code = code.clone());
            let text = t_string!(i18n, desk.scan.unknown_code_text).to_owned();
            view! { {notice(Word::new("warning", title, Some(text)))} {walk_in(i18n)} }.into_any()
        }
        Finding::Bad(error) => {
            let (title, text) = match error {
                TicketError::NotATicket => (
                    t_string!(i18n, desk.scan.not_ticket_title),
                    t_string!(i18n, desk.scan.not_ticket_text),
                ),
                TicketError::Version | TicketError::UnknownKey => (
                    t_string!(i18n, desk.scan.key_title),
                    t_string!(i18n, desk.scan.key_text),
                ),
                TicketError::Forged => (
                    t_string!(i18n, desk.scan.bad_title),
                    t_string!(i18n, desk.scan.bad_text),
                ),
            };
            let word = Word::new("danger", title, Some(text.to_owned()));
            view! { {notice(word)} {walk_in(i18n)} }.into_any()
        }
    }
}

/// What was declared, and what the desk says: only that orders the queue.
#[component]
pub fn GoesFirst(declared: bool, priority: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        {declared.then(|| view! {
            <p><span class="badge badge--priority">
                <Icon name="priority"/>{t!(i18n, desk.person.declared)}
            </span></p>
        })}
        <label class="choice">
            <input
                class="choice__input"
                type="checkbox"
                prop:checked=move || priority.get()
                on:change=move |event| priority.set(event_target_checked(&event))
            />
            <span class="choice__title">{t!(i18n, desk.walk_in.priority)}</span>
        </label>
    }
}

fn notice(word: Word) -> impl IntoView {
    view! {
        <div class=format!("notice notice--{}", word.tone) role="status">
            <Icon name=word.icon/>
            <div class="notice__body">
                <p class="notice__title">{word.title}</p>
                {word.text.map(|text| view! { <p class="notice__text">{text}</p> })}
            </div>
        </div>
    }
}

/// The unknown ticket is said to the next page without its code: addresses are kept in histories.
fn walk_in(i18n: I18n) -> impl IntoView {
    view! {
        <a class="btn btn--secondary btn--big btn--block" href="/desk/walk-in?ticket=unknown">
            <Icon name="walk-in"/>{t!(i18n, desk.scan.as_walk_in)}
        </a>
    }
}

fn standing(i18n: I18n, desk: Desk, found: &Found, proof: Proof) -> Option<Word> {
    let no_seat = || Some(t_string!(i18n, desk.scan.no_seat_text).to_owned());
    let here = |seen: &Option<Seen>| match (seen, desk.office.get_untracked()) {
        (Some(seen), Some(office)) => {
            let time = words::local_time(i18n, &office, seen.at);
            let number = seen.number.clone();
            t_string!(i18n, desk.arrival.already, time = time, number = number)
        }
        _ => t_string!(i18n, desk.arrival.already_bare).to_owned(),
    };
    let warning = |title: &str, text| Some(Word::new("warning", title, text));
    match &found.standing {
        Standing::Today if found.signed => {
            Some(Word::new("success", t_string!(i18n, desk.scan.good), None))
        }
        Standing::Today if proof == Proof::Typed => Some(Word::new(
            "success",
            t_string!(i18n, desk.scan.good_typed),
            None,
        )),
        Standing::Today => None,
        Standing::OtherDay => {
            let date = found.slot.map(|slot| words::date(i18n, slot.date()));
            let date = date.unwrap_or_default();
            let text = t_string!(i18n, desk.scan.other_day_text, date = date);
            warning(t_string!(i18n, desk.scan.other_day), Some(text))
        }
        Standing::Requested => warning(t_string!(i18n, desk.scan.requested), no_seat()),
        Standing::Waitlisted => warning(t_string!(i18n, desk.scan.waitlisted), no_seat()),
        Standing::Rejected => warning(t_string!(i18n, desk.scan.rejected), no_seat()),
        Standing::Cancelled => warning(t_string!(i18n, desk.scan.cancelled), no_seat()),
        Standing::NoShow => {
            let text = t_string!(i18n, desk.scan.no_show_text).to_owned();
            warning(t_string!(i18n, desk.scan.no_show), Some(text))
        }
        Standing::Arrived(seen) => {
            let title = t_string!(i18n, desk.scan.arrived);
            Some(Word::new("info", title, Some(here(seen))))
        }
        Standing::Ended(seen) => {
            let text = format!("{} {}", here(seen), t_string!(i18n, desk.scan.ended_text));
            Some(Word::new(
                "info",
                t_string!(i18n, desk.scan.ended),
                Some(text),
            ))
        }
    }
}

fn row(label: &'static str, value: Option<String>) -> Option<impl IntoView> {
    value.map(|value| {
        view! { <div class="facts__row"><dt>{label}</dt><dd>{value}</dd></div> }
    })
}

fn invited_facts(i18n: I18n, invited: &Invited) -> impl IntoView + use<> {
    let (person, slot) = (&invited.person, invited.slot);
    let time = words::slot_time(i18n, slot);
    let when = t_string!(i18n, desk.scan.today, time = time);
    view! {
        <dl class="facts">
            {row(
                t_string!(i18n, desk.person.name),
                Some(words::name_or(i18n, person.name.as_ref())),
            )}
            {row(t_string!(i18n, desk.person.slot), Some(when))}
            {row(t_string!(i18n, desk.person.kelurahan), person.kelurahan.clone())}
            {row(t_string!(i18n, desk.person.nik_label), person.nik.clone())}
        </dl>
    }
}

fn facts(i18n: I18n, found: &Found) -> impl IntoView + use<> {
    let when = |slot: SlotStart| {
        if found.standing == Standing::Today {
            t_string!(i18n, desk.scan.today, time = words::slot_time(i18n, slot))
        } else {
            format!(
                "{}, {}",
                words::date(i18n, slot.date()),
                words::slot_time(i18n, slot)
            )
        }
    };
    view! {
        <dl class="facts">
            {row(
                t_string!(i18n, desk.person.name),
                Some(words::name_or(i18n, found.person.name.as_ref())),
            )}
            {row(t_string!(i18n, desk.person.slot), found.slot.map(when))}
            {row(t_string!(i18n, desk.person.kelurahan), found.person.kelurahan.clone())}
            {row(t_string!(i18n, desk.person.nik_label), found.person.nik.clone())}
            {row(t_string!(i18n, desk.person.code), Some(format::code(&found.code)))}
        </dl>
    }
}
