//! Where and when somebody is asked to come, what they answered, and what staff may do about it.

use super::{
    delivery::{say, tell},
    roll::Entry,
    when::When,
};
use crate::{
    components::{Icon, Notice, Tone},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    command::Command,
    duty::is_awaited,
    invitation::{Invitation, Reason, Reply, State},
};

#[component]
pub fn Asked(invitation: Invitation, entry: Memo<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let id = invitation.id;
    let proposal = invitation.proposal;
    let office = move || rekam.office();
    let when = move || {
        let (place, office) = (proposal?, office()?);
        Some(rekam.view(|world| When::of(i18n, world, &office, &place).line()))
    };
    let reply = move || match invitation.reply? {
        Reply::Confirmed => Some(t_string!(i18n, kelurahan.asked.confirmed)),
        Reply::Moved => Some(t_string!(i18n, kelurahan.asked.moved)),
        Reply::Declined => Some(t_string!(i18n, kelurahan.asked.declined)),
        Reply::Came => Some(t_string!(i18n, kelurahan.asked.came)),
    };
    let awaited = move || entry.with(|e| e.as_ref().is_some_and(|e| is_awaited(&e.resident)));
    let over = move || {
        let today = office().map(|office| office.today(rekam.now()));
        proposal.is_some_and(|place| today.is_some_and(|today| place.slot.date() < today))
    };
    let is_open = invitation.is_open();
    let held = invitation.held().is_some();
    let may_answer = move || is_open && held && awaited() && !over();
    let never = matches!(
        invitation.state,
        State::Undeliverable {
            reason: Reason::Moved | Reason::Deceased,
            ..
        }
    );
    let may_replan = move || awaited() && !never && (!is_open || over());
    let changed = invitation.changed && is_open;
    let answer = move |accept| {
        say(
            rekam,
            vec![Command::AnswerInvitation {
                invitation: id,
                accept,
            }],
        );
    };
    view! {
        {move || when().map(|when| view! {
            <p>
                <span class="soft small">{t!(i18n, kelurahan.asked.when)}</span>
                <br/>
                {when}
            </p>
        })}
        {move || reply().map(|words| view! { <p>{words}</p> })}
        {changed.then(|| view! {
            <Notice tone=Tone::Warning text=move || t_string!(i18n, kelurahan.asked.changed)>
                <button class="btn btn--secondary" on:click=move |_| tell(rekam, id)>
                    {t!(i18n, kelurahan.duty.told)}
                </button>
            </Notice>
        })}
        <Show when=may_answer>
            <div class="actions">
                <button class="btn btn--primary" on:click=move |_| answer(true)>
                    {t!(i18n, kelurahan.asked.accept)}
                </button>
                <button class="btn btn--secondary" on:click=move |_| answer(false)>
                    {t!(i18n, kelurahan.asked.decline)}
                </button>
                <a class="btn btn--quiet" href=format!("/kelurahan/print/i-{id}")>
                    <Icon name="printer"/>
                    {t!(i18n, kelurahan.asked.print)}
                </a>
            </div>
        </Show>
        <Show when=may_replan>
            <button
                class="btn btn--secondary"
                on:click=move |_| say(rekam, vec![Command::ReplanInvitation { invitation: id }])
            >
                {t!(i18n, kelurahan.asked.replan)}
            </button>
        </Show>
    }
}
