//! The address: what it says, going elsewhere, and which page belongs to it. Flat routes need no
//! more; a router for nested ones is a twentieth of what a phone loads.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent, UrlSearchParams};

/// A page of an address: `/bookings`, or with one more part, `/bookings/*`.
pub type Route = (&'static str, fn() -> AnyView);

/// The address as signals, given as a context.
#[derive(Clone, Copy)]
pub struct Router {
    path: RwSignal<String>,
    query: RwSignal<String>,
}

/// The router, anywhere under `app`.
#[must_use]
pub fn use_router() -> Router {
    use_context().unwrap_or_else(Router::new)
}

impl Router {
    fn new() -> Self {
        Self {
            path: RwSignal::new(path()),
            query: RwSignal::new(query()),
        }
    }

    /// Follows the address for as long as the tab lives: links within the app, and the browser's
    /// own buttons.
    pub fn start() -> Self {
        let router = Self::new();
        provide_context(router);
        std::mem::forget(window_event_listener(ev::popstate, move |_| router.look()));
        std::mem::forget(window_event_listener(ev::click, move |event| {
            if let Some(to) = followed(&event) {
                event.prevent_default();
                router.go(&to);
            }
        }));
        router
    }

    #[must_use]
    pub fn path(self) -> String {
        self.path.get()
    }

    /// What stands after `before` in the address. A page that is about to leave keeps what it had.
    #[must_use]
    pub fn rest(self, before: &'static str) -> Memo<String> {
        Memo::new(move |last: Option<&String>| {
            let rest = |path: &String| path.strip_prefix(before).map(str::to_owned);
            let rest = self.path.with(rest);
            rest.or_else(|| last.cloned()).unwrap_or_default()
        })
    }

    /// A value of the address's query.
    #[must_use]
    pub fn query(self, name: &str) -> Option<String> {
        self.query.with(|query| values(query)?.get(name))
    }

    /// Puts a value into the query, or takes it out, in place of the address as it is.
    pub fn set_query(self, name: &str, value: Option<&str>) {
        let Some(values) = self.query.with_untracked(|query| values(query)) else {
            return;
        };
        match value {
            Some(value) => values.set(name, value),
            None => values.delete(name),
        }
        let path = self.path.get_untracked();
        let query = String::from(values.to_string());
        if query.is_empty() {
            self.show(&path, true);
        } else {
            self.show(&format!("{path}?{query}"), true);
        }
    }

    pub fn go(self, to: &str) {
        self.show(to, false);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// As [`Self::go`]; going back does not lead to the page that is left.
    pub fn replace(self, to: &str) {
        self.show(to, true);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    fn show(self, to: &str, replace: bool) {
        if let Ok(history) = window().history() {
            let _ = if replace {
                history.replace_state_with_url(&JsValue::NULL, "", Some(to))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(to))
            };
        }
        self.look();
    }

    /// Both change before anything follows: no page sees half an address.
    fn look(self) {
        let (path, query) = (path(), query());
        if self.path.with_untracked(|last| *last != path) {
            self.path.set(path);
        }
        if self.query.with_untracked(|last| *last != query) {
            self.query.set(query);
        }
    }
}

/// The page that belongs to the address; it stays while only the query changes.
#[component]
pub fn Routes(routes: &'static [Route], fallback: fn() -> AnyView) -> impl IntoView {
    let router = use_router();
    let found = Memo::new(move |_| {
        router
            .path
            .with(|path| routes.iter().position(|(route, _)| fits(route, path)))
    });
    move || {
        let page = found.get().and_then(|at| routes.get(at));
        let page = page.map_or(fallback, |(_, page)| *page);
        untrack(page)
    }
}

fn fits(route: &str, path: &str) -> bool {
    match route.strip_suffix('*') {
        Some(before) => path
            .strip_prefix(before)
            .is_some_and(|rest| !rest.is_empty() && !rest.contains('/')),
        None => route == path,
    }
}

fn path() -> String {
    let path = window().location().pathname().unwrap_or_default();
    match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        path => path.to_owned(),
    }
}

fn query() -> String {
    window().location().search().unwrap_or_default()
}

fn values(query: &str) -> Option<UrlSearchParams> {
    UrlSearchParams::new_with_str(query).ok()
}

/// Where a click leads within the app, if it does.
fn followed(event: &MouseEvent) -> Option<String> {
    let changed = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
    if event.default_prevented() || event.button() != 0 || changed {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let is_other = link.origin() != window().location().origin().ok()?;
    let is_browsers = link.rel() == "external" || link.has_attribute("download");
    if is_other || is_browsers || !link.target().is_empty() {
        return None;
    }
    Some(format!(
        "{}{}{}",
        link.pathname(),
        link.search(),
        link.hash()
    ))
}
