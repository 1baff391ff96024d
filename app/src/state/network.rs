//! When to send and pull: on pokes, when the network or the page comes back, each minute; and
//! after failures ever more rarely, by chance, so that offices do not come back all at once.

use super::{Connection, Rekam};
use crate::{
    api::{self, ApiError},
    offline::tabs::{News, lead, tell},
};
use futures::{
    FutureExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, unbounded},
    future::{Either, select},
    pin_mut,
};
use gloo_timers::{callback::Interval, future::TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};
use shared::problem::Code;
use web_sys::{AbortController, VisibilityState};

/// How often the server is asked whether the account still holds.
const SESSION_MS: u32 = 3_600_000;
const POLL_MS: u32 = 60_000;
const RETRY_MIN_MS: u32 = 2_000;
const RETRY_MAX_MS: u32 = 60_000;
/// A page nobody looks at asks more rarely.
const HIDDEN_MS: u32 = 300_000;

impl Rekam {
    /// Sends and pulls as soon as possible, in whichever tab does that.
    pub fn sync_now(self) {
        let woken = self
            .wake
            .with_value(|wake| wake.as_ref().map(|wake| wake.unbounded_send(()).is_ok()));
        if woken.is_none() {
            tell(News::Send);
        }
    }

    /// Runs for as long as the tab lives.
    pub(super) async fn stay_in_touch(self) {
        self.watch_network();
        spawn_local(async move {
            self.check_session().await;
            let _ = self.offices().await;
        });
        Interval::new(SESSION_MS, move || {
            spawn_local(self.check_session());
        })
        .forget();
        self.probe().await;
        if self.connection.get_untracked() == Connection::Online {
            tell(News::Send);
        }
        lead().await;
        let (wake, mut woken) = unbounded();
        self.wake.set_value(Some(wake));
        self.leads.set_value(true);
        self.hear_pokes();
        let mut failures = 0u32;
        loop {
            let went_well = self.sync_once().await;
            failures = if went_well { 0 } else { failures + 1 };
            wait(pause(failures), &mut woken).await;
        }
    }

    fn watch_network(self) {
        let look = move || {
            spawn_local(async move {
                self.probe().await;
                self.check_session().await;
                self.sync_now();
            });
        };
        std::mem::forget(window_event_listener_untyped("online", move |_| look()));
        std::mem::forget(window_event_listener_untyped("offline", move |_| {
            self.cut_off();
        }));
        let on_visible = move |_| {
            if document().visibility_state() == VisibilityState::Visible {
                self.look_at_clock();
                look();
            }
        };
        std::mem::forget(window_event_listener_untyped(
            "visibilitychange",
            on_visible,
        ));
    }

    /// Takes note of what an answer, or none, says about the connection.
    pub(super) fn heard<T>(self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        match &answer {
            Ok(_) | Err(ApiError::Problem(_)) => self.online(),
            Err(ApiError::Offline) => self.cut_off(),
            Err(ApiError::Unreadable) => {}
        }
        answer
    }

    /// Asks the server itself whether it is there: a body only it can give.
    pub(super) async fn probe(self) {
        match api::health().await {
            Ok(health) => {
                self.online();
                self.hear_time(health.now).await;
            }
            Err(_) => self.cut_off(),
        }
    }
}

/// How long to wait after so many failures in a row.
fn pause(failures: u32) -> u32 {
    if failures == 0 {
        let hidden = document().visibility_state() == VisibilityState::Hidden;
        return if hidden { HIDDEN_MS } else { POLL_MS };
    }
    let most = RETRY_MIN_MS
        .saturating_mul(1 << failures.min(8))
        .min(RETRY_MAX_MS);
    let spread = f64::from(most - RETRY_MIN_MS) * js_sys::Math::random();
    RETRY_MIN_MS + spread as u32
}

async fn wait(ms: u32, woken: &mut UnboundedReceiver<()>) {
    let timer = TimeoutFuture::new(ms).fuse();
    let poke = woken.next();
    pin_mut!(timer, poke);
    if let Either::Right(_) = select(timer, poke).await {
        // Several pokes are one.
        while woken.try_recv().is_ok() {}
    }
}

impl Rekam {
    /// The account is another: so is what the server pokes for.
    pub(super) fn listen_anew(self) {
        if let Some(listening) = self.listening.get_value() {
            listening.abort();
        }
    }

    /// Listens for pokes of the server; where the stream breaks, polling goes on.
    fn hear_pokes(self) {
        spawn_local(async move {
            loop {
                let listening = AbortController::new().ok();
                self.listening.set_value(listening.clone());
                if let (Some(device), Some(listening)) = (self.device.get_value(), listening) {
                    let signal = listening.signal();
                    match api::pokes(&device, &signal, || self.sync_now()).await {
                        _ if signal.aborted() => continue,
                        Err(ApiError::Offline) => self.probe().await,
                        Err(error) if error.code() == Some(Code::DeviceRevoked) => {
                            self.locked_out().await;
                        }
                        _ => {}
                    }
                }
                TimeoutFuture::new(pause(3)).await;
            }
        });
    }
}
