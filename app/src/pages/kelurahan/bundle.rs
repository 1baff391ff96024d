//! The invitations of one RT: who carries them, handing them over, and what became of each.

use super::{
    delivery::{self, WhyDialog},
    list::PersonRow,
    neighbourhood,
    roll::{self, Entry},
    stacks::{sheet_words, use_duty},
};
use crate::router::use_router;
use crate::{
    components::{Dialog, EmptyState, Icon, Loading, PageHeader, TextField, use_unsaved},
    i18n::*,
    pages::reached::use_reach,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    bundle::Neighbourhood,
    command::Command,
    duty::{Stack, Step, is_awaited},
    ids::InvitationId,
    invitation::State,
    person::PersonName,
};

/// Invitations named with one hand-over, at most.
const AT_ONCE: usize = 200;

#[component]
pub fn BundlePage() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let key = use_router().rest("/kelurahan/bundles/");
    let of = Memo::new(move |_| key.with(|key| neighbourhood::of_key(key)));
    let duty = use_duty();
    let day = use_reach().day;
    let stack = Memo::new(move |_| {
        let of = of.get()?;
        duty.with(|d| d.as_ref()?.stacks.iter().find(|s| s.of == of).cloned())
    });
    let people = Memo::new(move |_| {
        let (of, Some(today)) = (of.get(), day.get()) else {
            return Vec::new();
        };
        let own = of.as_ref().map(|of| &of.kelurahan);
        let all = rekam.view(|world| roll::read(world, own, today, None));
        let here = |entry: &Entry| {
            of.is_some() && Neighbourhood::of(&entry.resident) == of && entry.invitation.is_some()
        };
        all.into_iter().filter(here).collect::<Vec<_>>()
    });
    let exists = Memo::new(move |_| stack.with(Option::is_some));
    let title = move || of.with(|of| of.as_ref().map(|of| neighbourhood::words(i18n, of)));
    view! {
        <div class="page page--wide">
            <PageHeader
                title=Signal::derive(move || title().unwrap_or_default())
                lead=Signal::derive(move || {
                    stack.with(|s| s.as_ref().map(|s| sheet_words(i18n, s))).unwrap_or_default()
                })
                back="/kelurahan/invitations"
            />
            <Show
                when=move || exists.get()
                fallback=move || view! {
                    <Show when=move || rekam.has_rows() fallback=|| view! { <Loading/> }>
                        <EmptyState
                            icon="document"
                            title=move || t_string!(i18n, kelurahan.invitations.empty_title)
                            text=move || t_string!(i18n, kelurahan.invitations.empty_text)
                        />
                    </Show>
                }
            >
                <Carrier stack/>
                <NextStep stack people/>
                <People people/>
            </Show>
        </div>
    }
}

/// Who carries them, and since when nothing has moved.
#[component]
fn Carrier(stack: Memo<Option<Stack>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<&'static str>);
    use_unsaved(Signal::derive(move || {
        open.get() && !name.with(String::is_empty)
    }));
    let carrier = move || {
        let known = stack.with(|s| s.as_ref()?.carrier.as_ref().map(|c| c.as_str().to_owned()));
        known.unwrap_or_else(|| t_string!(i18n, kelurahan.invitations.no_carrier).to_owned())
    };
    let idle = move || {
        let (days, red) = stack.with(|s| s.as_ref().map(|s| (s.idle_days, s.red)))?;
        red.then(|| t_string!(i18n, kelurahan.invitations.idle, n = days))
    };
    let save = move || {
        let (Some(office), Some(of)) = (
            rekam.office(),
            stack.with_untracked(|s| s.as_ref().map(|s| s.of.clone())),
        ) else {
            return;
        };
        match PersonName::parse(&name.read_untracked()) {
            Err(wrong) => error.set(Some(wrong.code())),
            Ok(carrier) => {
                error.set(None);
                spawn_local(async move {
                    let command = Command::AssignBundle { of, carrier };
                    if rekam.append(office.id, command).await.is_ok() {
                        name.set(String::new());
                        open.set(false);
                    }
                });
            }
        }
    };
    view! {
        <section class="card">
            <div class="card__head">
                <h2 class="card__title">{t!(i18n, kelurahan.invitations.carrier)}</h2>
                {move || idle().map(|words| view! {
                    <span class="badge badge--bad"><Icon name="warning"/>{words}</span>
                })}
            </div>
            <p>{carrier}</p>
            <div class="card__foot">
                <button class="btn btn--quiet" on:click=move |_| open.set(true)>
                    <Icon name="edit"/>
                    {t!(i18n, kelurahan.invitations.assign)}
                </button>
            </div>
            <Dialog
                id="assign"
                open
                title=move || t_string!(i18n, kelurahan.invitations.assign)
                actions=move || view! {
                    <button class="btn btn--primary" on:click=move |_| save()>
                        {t!(i18n, kelurahan.invitations.assign_save)}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                        {t!(i18n, kelurahan.delivery.close)}
                    </button>
                }
            >
                <p>{t!(i18n, kelurahan.invitations.assign_text)}</p>
                <TextField
                    id="carrier"
                    label=move || t_string!(i18n, kelurahan.invitations.carrier_name)
                    value=name
                    error=Signal::derive(move || Some(i18n.code_text(error.get()?).to_owned()))
                />
            </Dialog>
        </section>
    }
}

/// Those whose paper is at one of these steps.
fn at(people: &[Entry], steps: &[Step]) -> Vec<InvitationId> {
    let here = |entry: &&Entry| {
        is_awaited(&entry.resident)
            && entry
                .invitation
                .as_ref()
                .is_some_and(|i| steps.contains(&Step::of(i)))
    };
    let ids = people
        .iter()
        .filter(here)
        .filter_map(|e| e.invitation.as_ref());
    ids.map(|invitation| invitation.id).collect()
}

/// What to do with the bundle now.
#[component]
fn NextStep(stack: Memo<Option<Stack>>, people: Memo<Vec<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let number = move |of: fn(&Stack) -> u32| stack.with(|s| s.as_ref().map_or(0, of));
    let to_print = move || number(|s| s.to_print);
    let printed = move || number(|s| s.printed);
    let waits = move || number(|s| s.printed + s.handed_over);
    let key = move || stack.with(|s| s.as_ref().map(|s| neighbourhood::key(&s.of)));
    let href = move || format!("/kelurahan/print/{}", key().unwrap_or_default());

    let to = RwSignal::new(String::new());
    let error = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        let carrier = stack.with(|s| s.as_ref()?.carrier.as_ref().map(|c| c.as_str().to_owned()));
        if let Some(carrier) = carrier
            && to.with_untracked(String::is_empty)
        {
            to.set(carrier);
        }
    });
    let hand_over = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let Some(office) = rekam.office() else { return };
        let name = match PersonName::parse(&to.read_untracked()) {
            Ok(name) => name,
            Err(wrong) => return error.set(Some(wrong.code())),
        };
        error.set(None);
        let all = people.with_untracked(|people| at(people, &[Step::HandOver]));
        spawn_local(async move {
            for some in all.chunks(AT_ONCE) {
                let command = Command::HandOver {
                    invitations: some.to_vec(),
                    to: Some(name.clone()),
                };
                if rekam.append(office.id, command).await.is_err() {
                    return;
                }
            }
        });
    };
    let sure = RwSignal::new(false);
    let all_delivered = move |_| {
        sure.set(false);
        let all = people.with_untracked(|people| at(people, &[Step::HandOver, Step::Record]));
        delivery::note_all(rekam, all, State::Delivered { to: None });
    };
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, kelurahan.invitations.next)}</h2>
            <Show when=move || to_print() + waits() == 0>
                <p class="soft">{t!(i18n, kelurahan.invitations.nothing)}</p>
            </Show>
            <Show when=move || to_print() != 0>
                <a class="btn btn--primary" href=href>
                    <Icon name="printer"/>
                    {t!(i18n, kelurahan.invitations.print, n = to_print)}
                </a>
            </Show>
            <Show when=move || printed() != 0>
                <form class="form" novalidate on:submit=hand_over>
                    <TextField
                        id="to"
                        label=move || t_string!(i18n, kelurahan.invitations.hand_to)
                        hint=move || t_string!(i18n, kelurahan.invitations.hand_to_hint)
                        value=to
                        error=Signal::derive(move || Some(i18n.code_text(error.get()?).to_owned()))
                    />
                    <button class="btn btn--primary" type="submit">
                        <Icon name="send"/>
                        {t!(i18n, kelurahan.invitations.hand_over, n = printed)}
                    </button>
                </form>
            </Show>
            <Show when=move || waits() != 0>
                <button class="btn btn--good" on:click=move |_| sure.set(true)>
                    <Icon name="check"/>
                    {t!(i18n, kelurahan.invitations.all_delivered)}
                </button>
            </Show>
            <Show when=move || to_print() == 0 && waits() != 0>
                <a class="btn btn--quiet" href=href>{t!(i18n, kelurahan.invitations.print_again)}</a>
            </Show>
            <Dialog
                id="all"
                open=sure
                title=move || t_string!(i18n, kelurahan.invitations.all_delivered)
                actions=move || view! {
                    <button class="btn btn--good" on:click=all_delivered>
                        {t!(i18n, kelurahan.invitations.all_yes, n = waits)}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| sure.set(false)>
                        {t!(i18n, kelurahan.delivery.close)}
                    </button>
                }
            >
                <p>{t!(i18n, kelurahan.invitations.all_text)}</p>
            </Dialog>
        </section>
    }
}

#[component]
fn People(people: Memo<Vec<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let why = RwSignal::new(None::<Entry>);
    view! {
        <h2 class="section__title">{t!(i18n, kelurahan.invitations.people)}</h2>
        <ul class="list list--card">
            <For each=move || people.get() key=Entry::stamp let:entry>
                <PersonRow
                    entry
                    exceptions=true
                    on_not_given=Callback::new(move |entry| why.set(Some(entry)))
                />
            </For>
        </ul>
        <WhyDialog of=why/>
    }
}
