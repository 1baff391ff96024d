//! Loading, empty, and notices.

use super::Icon;
use crate::i18n::*;
use leptos::{prelude::*, text_prop::TextProp};

#[component]
pub fn Loading() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="loading" role="status">
            <span class="spinner"></span>
            {t!(i18n, common.loading)}
        </p>
    }
}

/// Nothing here yet, and what to do about it (children: a button or link).
#[component]
pub fn EmptyState(
    icon: &'static str,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: Option<TextProp>,
    /// It is all there is on the page: its title is the page's.
    #[prop(optional)]
    whole: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    if whole {
        super::use_title(title.clone());
    }
    let title = move || title.get();
    let title = if whole {
        view! { <h1 class="empty__title">{title}</h1> }.into_any()
    } else {
        view! { <p class="empty__title">{title}</p> }.into_any()
    };
    view! {
        <div class="empty">
            <span class="empty__icon"><Icon name=icon/></span>
            {title}
            {text.map(|text| view! { <p class="empty__text">{move || text.get()}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// How serious a notice is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Info,
    Success,
    Warning,
    Danger,
}

impl Tone {
    fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Info => ("notice notice--info", "info", "status"),
            Self::Success => ("notice notice--success", "check-circle", "status"),
            Self::Warning => ("notice notice--warning", "warning", "status"),
            Self::Danger => ("notice notice--danger", "warning", "alert"),
        }
    }
}

/// A notice; children are its buttons.
#[component]
pub fn Notice(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: Option<TextProp>,
    #[prop(optional, into)] text: Option<TextProp>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (class, icon, role) = tone.parts();
    view! {
        <div class=class role=role>
            <Icon name=icon/>
            <div class="notice__body">
                {title.map(|title| view! { <p class="notice__title">{move || title.get()}</p> })}
                {text.map(|text| view! { <p class="notice__text">{move || text.get()}</p> })}
                {children
                    .map(|children| view! { <div class="notice__actions">{children()}</div> })}
            </div>
        </div>
    }
}
