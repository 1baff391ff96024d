//! The invitations of one neighbourhood or of many, ready for the printer. Works without a network.

use super::{
    batch::{self, Batch, Wanted},
    papers::{Pile, PilePapers, Site},
};
use crate::router::use_router;
use crate::{
    components::{EmptyState, Icon, Loading, Notice, PageHeader, Tone},
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn PrintInvitations() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let key = use_router().rest("/kelurahan/print/");
    // `None` while it is being looked up.
    let batch = RwSignal::new(None::<Batch>);
    let failed = RwSignal::new(false);
    let done = RwSignal::new(false);
    Effect::new(move |_| {
        let key = key.get();
        done.set(false);
        let Some(wanted) = Wanted::of_key(&key).filter(|_| rekam.ready()) else {
            return batch.set(Some(Batch::default()));
        };
        spawn_local(async move {
            if let Some(kept) = batch::load(&key).await {
                return batch.set(Some(kept));
            }
            let own = untrack(|| rekam.account()).and_then(|account| account.kelurahan);
            let chosen =
                untrack(|| rekam.view(|world| batch::choose(world, &wanted, own.as_ref())));
            match Batch::draw(chosen) {
                Some(drawn) if !drawn.papers.is_empty() => {
                    failed.set(batch::keep(&key, &drawn).await.is_err());
                    batch.set(Some(drawn));
                }
                _ => batch.set(Some(Batch::default())),
            }
        });
    });
    let office = Memo::new(move |_| rekam.office());
    let piles = Memo::new(move |_| {
        let office = office.get()?;
        batch.with(|batch| {
            let papers = &batch.as_ref()?.papers;
            let today = office.today(rekam.now());
            Some(rekam.view(|world| Pile::all(i18n, world, &office, today, papers)))
        })
    });
    let count = move || piles.with(|p| p.iter().flatten().map(Pile::len).sum::<usize>());
    let busy = RwSignal::new(false);
    // The office knows the codes before they are on paper: else a paper might open nothing. Somebody who printed
    // from the browser's own menu has it told when they say so.
    let tell = move || async move {
        let (Some(mut told), Some(office)) = (batch.get_untracked(), office.get_untracked()) else {
            return false;
        };
        if busy.get_untracked() {
            return false;
        }
        busy.set(true);
        let places = untrack(|| {
            rekam.view(|world| {
                let place = |id| Some((id, batch::place_of(world, id)?));
                let ids = told.papers.iter().map(|paper| paper.invitation);
                ids.filter_map(place).collect::<Vec<_>>()
            })
        });
        let said = match told.tell(rekam, office.id, &places).await {
            Ok(()) => batch::keep(&key.get_untracked(), &told).await,
            Err(error) => Err(error),
        };
        busy.set(false);
        failed.set(said.is_err());
        if said.is_ok() {
            batch.set(Some(told));
        }
        said.is_ok()
    };
    let print = move |_| {
        spawn_local(async move {
            if tell().await {
                // Once it is drawn.
                request_animation_frame(|| drop(window().print()));
            }
        });
    };
    let printed = move |_| {
        spawn_local(async move {
            if tell().await {
                batch::forget(&key.get_untracked()).await;
                batch.set(Some(Batch::default()));
                done.set(true);
            }
        });
    };
    let papers = move || {
        let office = office.get()?;
        let site = Site::here();
        let piles = piles.get()?;
        let pages = piles.into_iter().map(move |pile| {
            view! { <PilePapers pile office=office.clone() site=site.clone()/> }
        });
        Some(pages.collect_view())
    };
    view! {
        <div class="page page--wide">
            <PageHeader
                title=move || t_string!(i18n, kelurahan.print.page_title)
                lead=move || t_string!(i18n, kelurahan.print.lead)
                back="/kelurahan/invitations"
            />
            <Show when=move || failed.get()>
                <Notice
                    tone=Tone::Danger
                    title=move || t_string!(i18n, kelurahan.print.failed_title)
                    text=move || t_string!(i18n, kelurahan.print.failed_text)
                />
            </Show>
            <Show when=move || piles.with(Option::is_some) fallback=|| view! { <Loading/> }>
                <Show
                    when=move || count() != 0
                    fallback=move || view! {
                        <EmptyState
                            icon="printer"
                            title=move || if done.get() {
                                t_string!(i18n, kelurahan.print.done_title)
                            } else {
                                t_string!(i18n, kelurahan.print.none_title)
                            }
                            text=move || if done.get() {
                                t_string!(i18n, kelurahan.print.done_text)
                            } else {
                                t_string!(i18n, kelurahan.print.none_text)
                            }
                        >
                            <a class="btn btn--secondary" href="/kelurahan/invitations">
                                {t!(i18n, kelurahan.print.back)}
                            </a>
                        </EmptyState>
                    }
                >
                    <div class="card no-print">
                        <p>
                            <strong>{t!(i18n, kelurahan.print.count, n = count)}</strong>
                            " "
                            {t!(i18n, kelurahan.print.paper)}
                        </p>
                        <div class="actions">
                            <button
                                class="btn btn--primary btn--big"
                                aria-busy=move || busy.get().then_some("true")
                                on:click=print
                            >
                                <Icon name="printer"/>
                                {t!(i18n, kelurahan.slip.print)}
                            </button>
                            <button class="btn btn--secondary btn--big" on:click=printed>
                                <Icon name="check"/>
                                {t!(i18n, kelurahan.slip.printed)}
                            </button>
                        </div>
                        <p class="soft small">{t!(i18n, kelurahan.print.printed_note)}</p>
                    </div>
                    <div class="papers">{papers}</div>
                </Show>
            </Show>
        </div>
    }
}
