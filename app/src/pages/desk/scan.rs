//! The ticket's way in: the camera, or the typed code, and what it means here.

use super::{
    confirm::Confirm,
    context::{Desk, use_desk},
    lookup::{self, Finding},
};
use crate::{
    components::{Icon, PageHeader},
    i18n::*,
    pages::lock::use_screen,
    scan::{Camera, CameraError, Reader},
    state::ScreenLock,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{html, prelude::*, task::spawn_local};
use shared::command::Proof;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use web_sys::HtmlVideoElement;

/// Between two looks at the picture.
const PAUSE_MS: u32 = 120;
/// Looks without a code after which the same code counts as shown anew.
const GONE_AFTER: u32 = 12;
/// Looks at a picture that stands still, while the page is in front, before the camera counts as
/// stopped: about three seconds.
const STILL: u32 = 25;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Picture {
    Starting,
    Running,
    Failed(CameraError),
}

/// What the page holds.
#[derive(Clone, Copy)]
struct Page {
    desk: Desk,
    picture: RwSignal<Picture>,
    found: RwSignal<Option<(Finding, Proof)>>,
    /// The last finding's arrival is taken down: the next code may replace it.
    given: RwSignal<bool>,
    result: NodeRef<html::Section>,
    /// A ticket before the camera keeps the screen open.
    lock: ScreenLock,
}

impl Page {
    fn show(self, finding: Finding, proof: Proof) {
        self.put(finding, proof);
        if let Some(result) = self.result.get_untracked() {
            let _ = result.focus();
        }
    }

    fn put(self, finding: Finding, proof: Proof) {
        self.given.set(false);
        self.found.set(Some((finding, proof)));
    }

    /// What is shown came from the camera.
    fn has_scanned(self) -> bool {
        self.found
            .with(|found| matches!(found, Some((_, Proof::Scanned))))
    }

    fn clear(self) {
        self.given.set(false);
        self.found.set(None);
    }

    /// A text that the camera has just come upon.
    fn scanned(self, text: &str) {
        self.lock.touch();
        let waits = self.found.with_untracked(Option::is_some) && !self.given.get_untracked();
        if waits {
            return;
        }
        let finding = untrack(|| {
            let keys = self.desk.rekam.account()?.ticket_keys;
            self.desk
                .read(|world, office, today| lookup::scanned(world, office, &keys, today, text))
        });
        if let Some(finding) = finding {
            self.show(finding, Proof::Scanned);
        }
    }
}

#[component]
pub fn Scan() -> impl IntoView {
    let i18n = use_i18n();
    let video = NodeRef::<html::Video>::new();
    let page = Page {
        desk: use_desk(),
        picture: RwSignal::new(Picture::Starting),
        found: RwSignal::new(None),
        given: RwSignal::new(false),
        result: NodeRef::new(),
        lock: use_screen(),
    };
    let here = Arc::new(AtomicBool::new(true));
    on_cleanup({
        let here = here.clone();
        move || here.store(false, Ordering::Relaxed)
    });
    let attempt = RwSignal::new(0_u32);
    Effect::new(move || {
        attempt.track();
        if let Some(video) = video.get() {
            page.picture.set(Picture::Starting);
            spawn_local(watch(page, video, here.clone()));
        }
    });
    let close = Callback::new(move |()| page.clear());
    let given = Callback::new(move |()| page.given.set(true));
    view! {
        <div class="page page--wide">
            <PageHeader
                title=move || t_string!(i18n, desk.scan.title)
                lead=move || t_string!(i18n, desk.scan.lead)
            />
            <section
                class="card"
                tabindex="-1"
                node_ref=page.result
                aria-label=move || t_string!(i18n, desk.scan.result)
                hidden=move || page.found.with(Option::is_none)
            >
                {move || page.found.get().map(|(finding, proof)| view! {
                    <Confirm finding proof on_close=close on_given=given/>
                })}
                <Show when=move || !page.given.get()>
                    <button class="btn btn--quiet btn--block" type="button" on:click=move |_| page.clear()>
                        <Icon name="qr"/>{t!(i18n, desk.scan.again)}
                    </button>
                </Show>
            </section>
            <div
                class="scan"
                class:scan--found=move || page.has_scanned()
                hidden=move || matches!(page.picture.get(), Picture::Failed(_))
            >
                <video class="scan__video" node_ref=video playsinline=true muted=true></video>
                <div class="scan__finder" aria-hidden="true"></div>
                <p class="scan__hint">
                    {move || match page.picture.get() {
                        Picture::Starting => t_string!(i18n, desk.scan.starting),
                        _ if page.has_scanned() => t_string!(i18n, desk.scan.found),
                        _ => t_string!(i18n, desk.scan.hint),
                    }}
                </p>
            </div>
            {move || match page.picture.get() {
                Picture::Failed(error) => Some(view! { <NoPicture error attempt/> }),
                _ => None,
            }}
            <TypedCode page/>
        </div>
    }
}

/// Looks at the picture until the page is left; the camera goes off with the function's end.
async fn watch(page: Page, video: HtmlVideoElement, here: Arc<AtomicBool>) {
    let opened = Camera::open(video).await;
    let camera = match opened {
        Ok(camera) => camera,
        Err(error) => {
            page.picture.try_set(Picture::Failed(error));
            return;
        }
    };
    let Some(mut reader) = Reader::open().await else {
        page.picture
            .try_set(Picture::Failed(CameraError::Unsupported));
        return;
    };
    page.picture.try_set(Picture::Running);
    let mut last = String::new();
    let mut empty = 0;
    let mut still = Still::default();
    while here.load(Ordering::Relaxed) {
        if still.is_dead(&camera) {
            page.picture.try_set(Picture::Failed(CameraError::Stopped));
            return;
        }
        match reader.read(camera.video()).await {
            Some(text) => {
                empty = 0;
                if text != last && here.load(Ordering::Relaxed) {
                    page.scanned(&text);
                    last = text;
                }
            }
            None => {
                empty += 1;
                if empty > GONE_AFTER {
                    last.clear();
                }
            }
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
}

/// How long the picture has not moved on. In the background browsers hold it: that counts for nothing.
#[derive(Default)]
struct Still {
    second: f64,
    looks: u32,
}

impl Still {
    fn is_dead(&mut self, camera: &Camera) -> bool {
        let second = camera.video().current_time();
        let moved = (second - self.second).abs() > f64::EPSILON && camera.is_live();
        if moved || document().hidden() {
            self.second = second;
            self.looks = 0;
        } else {
            self.looks += 1;
        }
        self.looks > STILL
    }
}

/// Why there is no picture and what to do instead.
#[component]
fn NoPicture(error: CameraError, attempt: RwSignal<u32>) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || match error {
        CameraError::Denied => (
            t_string!(i18n, desk.scan.denied_title),
            t_string!(i18n, desk.scan.denied),
        ),
        CameraError::Missing => (
            t_string!(i18n, desk.scan.missing_title),
            t_string!(i18n, desk.scan.missing),
        ),
        CameraError::Busy => (
            t_string!(i18n, desk.scan.busy_title),
            t_string!(i18n, desk.scan.busy),
        ),
        CameraError::Stopped => (
            t_string!(i18n, desk.scan.stopped_title),
            t_string!(i18n, desk.scan.stopped),
        ),
        CameraError::Unsupported => (
            t_string!(i18n, desk.scan.unsupported_title),
            t_string!(i18n, desk.scan.unsupported),
        ),
    };
    view! {
        <div class="notice notice--warning" role="status">
            <Icon name="camera"/>
            <div class="notice__body">
                <p class="notice__title">{move || words().0}</p>
                <p class="notice__text">{move || words().1}</p>
                <div class="notice__actions">
                    <button class="btn btn--secondary" type="button" on:click=move |_| attempt.update(|n| *n += 1)>
                        <Icon name="sync"/>{t!(i18n, desk.scan.retry)}
                    </button>
                </div>
            </div>
        </div>
    }
}

/// The code under the QR code, for a torn slip or a dark screen. Eight letters are looked up at once.
#[component]
fn TypedCode(page: Page) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let short = RwSignal::new(None::<usize>);
    let look_up = move |asked: bool| {
        let text = typed.get_untracked();
        let found = untrack(|| {
            page.desk
                .read(|world, office, today| lookup::typed(world, office, today, &text))
        });
        match found {
            // It may be the beginning of a longer code: whoever types goes on.
            Some(Ok(finding @ Finding::UnknownCode(_))) if !asked => {
                short.set(None);
                page.put(finding, Proof::Typed);
            }
            Some(Ok(finding)) => {
                short.set(None);
                typed.set(String::new());
                page.show(finding, Proof::Typed);
            }
            Some(Err(length)) if asked => short.set(Some(length)),
            _ => short.set(None),
        }
    };
    view! {
        <form
            class="form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                look_up(true);
            }
        >
            <div class="field" class:field--error=move || short.get().is_some()>
                <label class="field__label" for="code">{t!(i18n, desk.scan.code)}</label>
                <p class="field__hint" id="code-hint">{t!(i18n, desk.scan.code_hint)}</p>
                <input
                    class="input input--code"
                    id="code"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    maxlength="12"
                    aria-describedby="code-hint code-error"
                    aria-invalid=move || short.get().is_some().to_string()
                    prop:value=typed
                    on:input:target=move |event| {
                        typed.set(event.target().value());
                        look_up(false);
                    }
                />
                {move || short.get().map(|count| view! {
                    <p class="field__error" id="code-error">
                        <Icon name="warning"/>
                        {match count {
                            0 => t_string!(i18n, desk.scan.code_empty).to_owned(),
                            count => t_string!(i18n, desk.scan.code_short, count = count),
                        }}
                    </p>
                })}
            </div>
            <button class="btn btn--secondary btn--big" type="submit">
                <Icon name="search"/>{t!(i18n, desk.scan.look_up)}
            </button>
        </form>
    }
}
