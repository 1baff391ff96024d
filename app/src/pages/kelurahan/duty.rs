//! What is waiting to be done, at the top of the kelurahan's list.

use super::{roll::Filter, stacks::use_duty};
use crate::{components::Icon, i18n::*};
use leptos::prelude::*;
use shared::duty::{Duty, Stack};

/// One line for each kind of work that there is; nothing where there is none.
#[component]
pub fn DutyCard() -> impl IntoView {
    let i18n = use_i18n();
    let duty = use_duty();
    let count = move |of: fn(&Duty) -> u32| duty.with(|d| d.as_ref().map_or(0, of));
    let sum = move |of: fn(&Stack) -> u32| {
        duty.with(|d| d.iter().flat_map(|d| &d.stacks).map(of).sum::<u32>())
    };
    let red = move || count(|d| d.red() as u32);
    let to_print = move || sum(|s| s.to_print);
    let printed = move || sum(|s| s.printed);
    let out = move || sum(|s| s.handed_over);
    let untold = move || count(|d| d.untold.len() as u32);
    let remind = move || count(|d| d.reminders.len() as u32);
    let any = move || red() + to_print() + printed() + out() + untold() + remind() != 0;
    let bundles = "/kelurahan/invitations".to_owned();
    let show = |filter: Filter| format!("/kelurahan?show={filter}");
    let line = move |n: u32, alarm: bool, icon: &'static str, words: String, href: String| {
        (n != 0).then(|| {
            view! {
                <li>
                    <a class="row row--link" class:row--attention=alarm href=href>
                        <Icon name=icon/>
                        <span class="row__body"><span class="row__title">{words}</span></span>
                        <span class="row__end"><Icon name="chevron-right"/></span>
                    </a>
                </li>
            }
        })
    };
    let lines = move || {
        let (red, to_print, printed, out) = (red(), to_print(), printed(), out());
        let (untold, remind) = (untold(), remind());
        view! {
            {line(red, true, "warning", t_string!(i18n, kelurahan.duty.red, n = red), bundles.clone())}
            {line(untold, true, "call", t_string!(i18n, kelurahan.duty.untold, n = untold), show(Filter::Untold))}
            {line(to_print, false, "printer", t_string!(i18n, kelurahan.duty.to_print, n = to_print), bundles.clone())}
            {line(printed, false, "send", t_string!(i18n, kelurahan.duty.printed, n = printed), bundles.clone())}
            {line(out, false, "users", t_string!(i18n, kelurahan.duty.out, n = out), bundles.clone())}
            {line(remind, false, "clock", t_string!(i18n, kelurahan.duty.remind, n = remind), show(Filter::Remind))}
        }
    };
    view! {
        <Show when=any>
            <section class="stack" aria-labelledby="duty-title">
                <h2 class="section__title" id="duty-title">{t!(i18n, kelurahan.duty.title)}</h2>
                <ul class="list list--card">{lines.clone()}</ul>
            </section>
        </Show>
    }
}
