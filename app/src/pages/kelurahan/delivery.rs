//! What became of an invitation: noted in one touch, corrected just as easily.

use super::{
    asked::Asked,
    list::{InvitationBadge, reason_text},
    roll::Entry,
};
use crate::{
    components::{DateField, Dialog, Icon, TextField, ToastList, format, name_of, use_unsaved},
    i18n::*,
    state::{Rekam, use_rekam},
};
use chrono::NaiveDate;
use leptos::{prelude::*, task::spawn_local};
use shared::{
    command::Command,
    ids::InvitationId,
    invitation::{Invitation, Reason, State},
    person::PersonName,
};

const REASONS: [Reason; 5] = [
    Reason::Moved,
    Reason::Away,
    Reason::Deceased,
    Reason::Refused,
    Reason::Unknown,
];

/// Appends the fact. A storage that fails shows itself in the shell; the row then stays as it was.
pub fn note(rekam: Rekam, invitation: InvitationId, outcome: State) {
    note_all(rekam, vec![invitation], outcome);
}

/// That the resident has it, in one touch; and for a while one touch takes it back.
pub fn note_delivered(i18n: I18n, rekam: Rekam, toasts: ToastList, entry: &Entry) {
    let Some(invitation) = entry.invitation.as_ref().map(|i| i.id) else {
        return;
    };
    note(rekam, invitation, State::Delivered { to: None });
    let name = name_of(i18n, &entry.resident);
    let undo = move || note(rekam, invitation, State::Planned);
    toasts.show_with_undo(
        "check",
        t_string!(i18n, kelurahan.home.given_for, name = name),
        t_string!(i18n, kelurahan.delivery.undo),
        undo,
    );
}

/// The same of many, one by one: each can be corrected by itself.
pub fn note_all(rekam: Rekam, invitations: Vec<InvitationId>, outcome: State) {
    let record = move |invitation| Command::RecordDelivery {
        invitation,
        outcome: outcome.clone(),
    };
    say(rekam, invitations.into_iter().map(record).collect());
}

/// The resident knows the new time or place.
pub fn tell(rekam: Rekam, invitation: InvitationId) {
    say(rekam, vec![Command::TellChange { invitation }]);
}

/// Appends them, one after the other.
pub fn say(rekam: Rekam, commands: Vec<Command>) {
    let Some(office) = untrack(|| rekam.office()) else {
        return;
    };
    spawn_local(async move {
        for command in commands {
            if rekam.append(office.id, command).await.is_err() {
                return;
            }
        }
    });
}

fn reason_note(i18n: I18n, reason: Reason) -> &'static str {
    match reason {
        Reason::Moved => t_string!(i18n, kelurahan.delivery.moved_note),
        Reason::Away => t_string!(i18n, kelurahan.delivery.away_note),
        Reason::Deceased => t_string!(i18n, kelurahan.delivery.deceased_note),
        Reason::Refused => t_string!(i18n, kelurahan.delivery.refused_note),
        Reason::Unknown => t_string!(i18n, kelurahan.delivery.unknown_note),
    }
}

/// Five reasons, each one touch.
#[component]
fn Reasons(on_choose: Callback<Reason>) -> impl IntoView {
    let i18n = use_i18n();
    let rows = REASONS.map(|reason| {
        view! {
            <li>
                <button class="row" on:click=move |_| on_choose.run(reason)>
                    <span class="row__body">
                        <span class="row__title">{move || reason_text(i18n, reason)}</span>
                        <span class="row__note">{move || reason_note(i18n, reason)}</span>
                    </span>
                    <span class="row__end"><Icon name="chevron-right"/></span>
                </button>
            </li>
        }
    });
    view! { <ul class="list list--card">{rows}</ul> }
}

/// Asks why an invitation was not given.
#[component]
pub fn WhyDialog(of: RwSignal<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let open = RwSignal::new(false);
    // Each follows the other; a signal that is set to what it was would set off the other for ever.
    Effect::new(move |_| {
        let asked = of.with(Option::is_some);
        if open.get_untracked() != asked {
            open.set(asked);
        }
    });
    Effect::new(move |_| {
        if !open.get() && of.with_untracked(Option::is_some) {
            of.set(None);
        }
    });
    let name = move || of.with(|e| e.as_ref().map(|e| name_of(i18n, &e.resident)));
    let away = RwSignal::new(false);
    let until = RwSignal::new(String::new());
    let error = RwSignal::new(false);
    Effect::new(move |_| {
        if open.get() {
            away.set(false);
            until.set(String::new());
            error.set(false);
        }
    });
    let put = move |reason, until| {
        let invitation =
            of.with_untracked(|e| e.as_ref().and_then(|e| e.invitation.as_ref()).map(|i| i.id));
        if let Some(invitation) = invitation {
            note(rekam, invitation, State::Undeliverable { reason, until });
        }
        open.set(false);
    };
    let choose = Callback::new(move |reason| match reason {
        Reason::Away => away.set(true),
        _ => put(reason, None),
    });
    let back_on = move |_| {
        let today = untrack(|| Some(rekam.office()?.today(rekam.now())));
        let day = until.with_untracked(|until| until.parse::<NaiveDate>().ok());
        match day.filter(|day| today.is_none_or(|today| *day >= today)) {
            Some(day) => put(Reason::Away, Some(day)),
            None => error.set(true),
        }
    };
    view! {
        <Dialog
            id="why"
            open
            title=move || if away.get() {
                t_string!(i18n, kelurahan.delivery.away_title)
            } else {
                t_string!(i18n, kelurahan.delivery.why_title)
            }
            actions=move || view! {
                <Show when=move || away.get()>
                    <button class="btn btn--primary" on:click=back_on>
                        {t!(i18n, kelurahan.delivery.away_save)}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| put(Reason::Away, None)>
                        {t!(i18n, kelurahan.delivery.away_unknown)}
                    </button>
                </Show>
                <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                    {t!(i18n, kelurahan.delivery.close)}
                </button>
            }
        >
            <Show
                when=move || away.get()
                fallback=move || view! {
                    <p>{t!(i18n, kelurahan.delivery.why_lead, name = move || name().unwrap_or_default())}</p>
                    <Reasons on_choose=choose/>
                }
            >
                <p>{t!(i18n, kelurahan.delivery.away_lead, name = move || name().unwrap_or_default())}</p>
                <DateField
                    id="until"
                    of_office=true
                    label=move || t_string!(i18n, kelurahan.delivery.away_until)
                    value=until
                    error=Signal::derive(move || {
                        error.get().then(|| t_string!(i18n, kelurahan.delivery.away_bad).to_owned())
                    })
                />
            </Show>
        </Dialog>
    }
}

/// The invitation of one person, with everything that can be noted about it.
#[component]
pub fn DeliveryCard(entry: Memo<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let invitation = Memo::new(move |_| entry.with(|e| e.as_ref()?.invitation.clone()));
    let why = RwSignal::new(None::<Entry>);
    let correcting = RwSignal::new(false);
    let taker = RwSignal::new(String::new());
    let taker_error = RwSignal::new(None::<&'static str>);
    use_unsaved(Signal::derive(move || !taker.with(String::is_empty)));
    let put = move |outcome: State| {
        if let Some(invitation) = invitation.get_untracked() {
            note(rekam, invitation.id, outcome);
        }
        correcting.set(false);
    };
    let put_taker = move || match PersonName::parse(&taker.read_untracked()) {
        Ok(name) => {
            taker_error.set(None);
            taker.set(String::new());
            put(State::Delivered { to: Some(name) });
        }
        Err(error) => taker_error.set(Some(error.code())),
    };
    // What nobody has printed nobody can have been given.
    let on_paper = move || {
        correcting.get() || entry.with(|e| e.as_ref().is_some_and(|e| e.on_paper().is_some()))
    };
    let is_open = move || {
        correcting.get() || invitation.with(|i| i.as_ref().is_some_and(|i| !i.state.is_settled()))
    };
    view! {
        <section class="card">
            <div class="card__head">
                <h2 class="card__title">{t!(i18n, kelurahan.delivery.title)}</h2>
                {move || invitation.get().map(|invitation| view! { <InvitationBadge invitation/> })}
            </div>
            {move || match invitation.get() {
                None => view! { <p class="soft">{t!(i18n, kelurahan.delivery.none)}</p> }.into_any(),
                Some(invitation) => view! {
                    <Outcome invitation=invitation.clone()/>
                    <Asked invitation entry/>
                }
                .into_any(),
            }}
            <Show when=move || invitation.with(Option::is_some)>
                <Show
                    when=is_open
                    fallback=move || view! {
                        <div class="card__foot">
                            <button class="btn btn--quiet" on:click=move |_| correcting.set(true)>
                                <Icon name="edit"/>
                                {t!(i18n, kelurahan.delivery.correct)}
                            </button>
                        </div>
                    }
                >
                    <div class="actions">
                        <Show when=on_paper>
                            <button class="btn btn--good" on:click=move |_| put(State::Delivered { to: None })>
                                <Icon name="check"/>
                                {t!(i18n, kelurahan.delivery.to_self)}
                            </button>
                        </Show>
                        <button class="btn btn--secondary" on:click=move |_| why.set(entry.get_untracked())>
                            {t!(i18n, kelurahan.delivery.undeliverable)}
                        </button>
                        <Show when=move || correcting.get()>
                            <button class="btn btn--quiet" on:click=move |_| put(State::Planned)>
                                {t!(i18n, kelurahan.delivery.reset)}
                            </button>
                        </Show>
                    </div>
                    <Show
                        when=on_paper
                        fallback=move || view! { <p class="soft">{t!(i18n, kelurahan.delivery.not_printed)}</p> }
                    >
                        <form
                            class="form"
                            novalidate
                            on:submit=move |ev| {
                                ev.prevent_default();
                                put_taker();
                            }
                        >
                            <TextField
                                id="taker"
                                label=move || t_string!(i18n, kelurahan.delivery.taker)
                                hint=move || t_string!(i18n, kelurahan.delivery.taker_hint)
                                value=taker
                                error=Signal::derive(move || {
                                    Some(i18n.code_text(taker_error.get()?))
                                })
                            />
                            <div class="actions">
                                <button class="btn btn--secondary" type="submit">
                                    {t!(i18n, kelurahan.delivery.save_taker)}
                                </button>
                            </div>
                        </form>
                    </Show>
                </Show>
            </Show>
            <WhyDialog of=why/>
        </section>
    }
}

/// Who took it, and when that was noted.
#[component]
fn Outcome(invitation: Invitation) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let at = invitation.at;
    let noted = move || {
        let zone = rekam.office()?.zone;
        let when = format::moment(i18n.get_locale(), at, rekam.now(), zone);
        Some(t_string!(i18n, kelurahan.delivery.noted_at, when = when))
    };
    let state = invitation.state;
    (state != State::Planned).then(|| {
        let who = move || match &state {
            State::Delivered { to: Some(name) } => {
                let name = name.as_str().to_owned();
                Some(t_string!(i18n, kelurahan.delivery.to_name, name = name))
            }
            State::Delivered { to: None } => {
                Some(t_string!(i18n, kelurahan.delivery.to_self).to_owned())
            }
            State::Undeliverable {
                until: Some(day), ..
            } => {
                let day = format::date(i18n.get_locale(), *day);
                Some(t_string!(i18n, kelurahan.delivery.back_on, day = day))
            }
            State::Undeliverable { reason, .. } => Some(reason_note(i18n, *reason).to_owned()),
            State::HandedOver { to: Some(name) } => {
                let name = name.as_str().to_owned();
                Some(t_string!(
                    i18n,
                    kelurahan.invitations.carried_by,
                    name = name
                ))
            }
            State::Planned | State::Printed | State::HandedOver { .. } => None,
        };
        view! { <p>{who}<br/><span class="soft small">{noted}</span></p> }
    })
}
