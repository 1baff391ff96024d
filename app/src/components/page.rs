//! The head of a page, and the door to pages of a role.

use super::{EmptyState, Icon, Loading};
use crate::{i18n::*, state::use_rekam};
use leptos::{prelude::*, text_prop::TextProp};
use shared::sync::Role;

/// Names the page in the browser's tab.
pub fn use_title(title: impl Into<TextProp>) {
    let (i18n, title) = (use_i18n(), title.into());
    Effect::new(move |_| {
        let name = t_string!(i18n, common.app);
        document().set_title(&format!("{} · {name}", title.get()));
    });
}

/// The page's heading. Sets the document's title and takes the focus when the page opens, so that
/// screen readers start here. `back` is an address.
#[component]
pub fn PageHeader(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] lead: Option<TextProp>,
    #[prop(optional, into)] back: Option<String>,
    /// Actions at the right: buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let heading = NodeRef::<leptos::html::H1>::new();
    use_title(title.clone());
    heading.on_load(|heading| {
        // Not on the first page of a visit: there the browser's own order is right.
        if super::shell::has_navigated() {
            let _ = heading.focus();
        }
    });
    let class = if children.is_some() {
        "pagehead pagehead--row"
    } else {
        "pagehead"
    };
    view! {
        <header class=class>
            {back
                .map(|back| {
                    view! {
                        <a class="pagehead__back" href=back>
                            <Icon name="arrow-left"/>
                            {t!(i18n, common.back)}
                        </a>
                    }
                })}
            <h1 tabindex="-1" node_ref=heading>{move || title.get()}</h1>
            {lead.map(|lead| view! { <p class="pagehead__lead">{move || lead.get()}</p> })}
            {children.map(|children| view! { <div class="pagehead__actions">{children()}</div> })}
        </header>
    }
}

/// Shows its children to these roles, and others a friendly page.
#[component]
pub fn Guard(roles: &'static [Role], children: ChildrenFn) -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let may = Memo::new(move |_| roles.contains(&rekam.who().role));
    let closed = move || {
        view! {
            <div class="page page--narrow">
                <EmptyState
                    icon="lock"
                    title=move || t_string!(i18n, common.guard.title)
                    text=move || t_string!(i18n, common.guard.text)
                    whole=true
                >
                    <a class="btn btn--primary" href="/sign-in">{t!(i18n, common.guard.sign_in)}</a>
                    <a class="btn btn--quiet" href="/">{t!(i18n, common.guard.home)}</a>
                </EmptyState>
            </div>
        }
    };
    let has_rows = Memo::new(move |_| rekam.has_rows());
    move || match (may.get(), has_rows.get()) {
        (true, true) => children().into_any(),
        (true, false) => view! {
            <div class="page">
                <h1 class="visually-hidden">{t!(i18n, common.app)}</h1>
                <Loading/>
            </div>
        }
        .into_any(),
        (false, _) => closed().into_any(),
    }
}
