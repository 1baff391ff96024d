//! The screen of an operator's tablet: it locks after idle minutes, in all tabs together, and a PIN opens it
//! again, with or without a network. The rule is `shared::sop::pin`.

use super::{Rekam, SaveError};
use crate::{
    clock,
    offline::{
        account::Session,
        pins::{self, Looked, Person, Pin},
        tabs::{News, tell},
    },
    slow_hash,
};
use chrono::{DateTime, TimeDelta, Utc};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use shared::{
    ids::UserId,
    sop::pin::{self, Screen},
    sync::{Account, Role},
};
use std::cell::Cell;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent, VisibilityState};

const CHANNEL: &str = "rekam-screen";
/// Between two looks at the clock.
const LOOK_MS: u32 = 5_000;
/// An activity, and what the clock shows, is kept after so long.
const KEEP_AFTER: TimeDelta = TimeDelta::seconds(15);
/// A finger that moves says the same many times a second.
const TOUCH_MS: f64 = 500.0;
/// What counts as activity, beside a ticket before the camera.
const ACTIVITY: [&str; 6] = [
    "pointerdown",
    "pointermove",
    "keydown",
    "input",
    "wheel",
    "touchstart",
];

thread_local! {
    /// The page's running time at the last activity that this tab knows of.
    static USED: Cell<f64> = const { Cell::new(0.0) };
    /// When the last one was looked at.
    static TOUCHED: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
    /// When the screen was last kept, by the device's clock.
    static KEPT: Cell<Option<DateTime<Utc>>> = const { Cell::new(None) };
    static TABS: Option<BroadcastChannel> = BroadcastChannel::new(CHANNEL).ok();
}

/// What stands between a member of staff and the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// Not known yet.
    Unknown,
    Open,
    /// Whoever of these knows their PIN goes on.
    Locked(Vec<Person>),
    /// The account has no PIN here yet; so long may the tablet be idle, and these have one.
    NoPin(TimeDelta, Vec<Person>),
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    Right,
    /// So many were wrong by now.
    Wrong(u32),
    /// Another tab has tried meanwhile: the wait begins again.
    Behind(u32),
}

/// The page's running time in milliseconds: nobody can set it.
#[must_use]
pub fn running() -> f64 {
    window().performance().map_or(0.0, |time| time.now())
}

/// How long the page has run since a moment of its running time.
#[must_use]
pub fn since(start: f64) -> TimeDelta {
    TimeDelta::milliseconds((running() - start) as i64)
}

thread_local! {
    static OF_TAB: Cell<Option<ScreenLock>> = const { Cell::new(None) };
}

/// The screen's part of the handle, in the office's program.
#[derive(Clone, Copy)]
pub struct ScreenLock {
    rekam: Rekam,
    looked: RwSignal<Option<Looked>>,
}

impl ScreenLock {
    /// The one of this tab, begun at the first call. It belongs to no page: pages come and go, when the office locks
    /// the tablet even all of them, and its clock goes on.
    #[must_use]
    pub fn of_tab(rekam: Rekam) -> Self {
        if let Some(lock) = OF_TAB.get() {
            return lock;
        }
        let mut root = Owner::current();
        while let Some(above) = root.as_ref().and_then(Owner::parent) {
            root = Some(above);
        }
        let lock = match root {
            Some(root) => root.with(|| Self::start(rekam)),
            None => Self::start(rekam),
        };
        OF_TAB.set(Some(lock));
        lock
    }

    /// Watches for as long as the tab lives.
    fn start(rekam: Rekam) -> Self {
        let lock = Self {
            rekam,
            looked: RwSignal::new(None),
        };
        USED.set(running());
        // The account is another one, in this tab or by another one.
        Effect::new(move || {
            let _ = rekam.session.with(|session| session.id());
            spawn_local(lock.read());
        });
        let look = move || {
            spawn_local(async move {
                lock.look().await;
            });
        };
        Interval::new(LOOK_MS, look).forget();
        let on_visible = move |_| {
            if document().visibility_state() == VisibilityState::Visible {
                look();
            }
        };
        std::mem::forget(window_event_listener_untyped(
            "visibilitychange",
            on_visible,
        ));
        for name in ACTIVITY {
            std::mem::forget(window_event_listener_untyped(name, move |_| lock.touch()));
        }
        TABS.with(|tabs| {
            let Some(tabs) = tabs else { return };
            let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
                spawn_local(lock.read());
            });
            tabs.set_onmessage(Some(wasm_bindgen::JsCast::unchecked_ref(
                on_message.as_ref(),
            )));
            on_message.forget();
        });
        lock
    }

    /// What stands between the account and the pages; tracked.
    #[must_use]
    pub fn door(self) -> Door {
        let Some(account) = self.rekam.account() else {
            return Door::Open;
        };
        if account.role != Role::Operator {
            return Door::Open;
        }
        let after = self.locks_after(&account);
        self.looked.with(|looked| {
            let Some(looked) = looked.as_ref().filter(|l| l.account == Some(account.id)) else {
                return Door::Unknown;
            };
            let is_locked = looked.screen.is_some_and(|screen| screen.locked);
            let has_pin = looked.people.iter().any(|person| person.id == account.id);
            match after {
                _ if is_locked && !looked.people.is_empty() => Door::Locked(looked.people.clone()),
                Some(after) if !has_pin && slow_hash::is_there() => {
                    Door::NoPin(after, looked.people.clone())
                }
                _ => Door::Open,
            }
        })
    }

    fn locks_after(self, account: &Account) -> Option<TimeDelta> {
        let office = self.rekam.office_by_id(account.office)?;
        pin::locks_after(&office.settings, account.role)
    }

    /// Reads what another tab has kept, and looks at the clock before anything is shown.
    async fn read(self) {
        let Ok(mut looked) = self.rekam.looked(pins::look().await) else {
            return;
        };
        let before = self.looked.get_untracked().and_then(|looked| looked.screen);
        match (&mut looked.screen, before) {
            // Each activity is known here at once, and kept now and then.
            (Some(kept), Some(known))
                if !kept.locked && !known.locked && known.used >= kept.used =>
            {
                *kept = known;
            }
            (Some(kept), _) => {
                let ago = clock::own().signed_duration_since(kept.used);
                USED.set(running() - ago.num_milliseconds().max(0) as f64);
            }
            (None, _) => {}
        }
        let looked = self.with_the_clock(looked).await;
        let is_locked = looked.screen.is_some_and(|screen| screen.locked);
        if self
            .looked
            .with_untracked(|now| now.as_ref() != Some(&looked))
        {
            self.looked.set(Some(looked));
        }
        let shut = is_locked && matches!(untrack(|| self.door()), Door::Locked(_));
        if self.rekam.shut.get_untracked() != shut {
            self.rekam.shut.set(shut);
        }
    }

    /// The screen as the clock makes it; a lock is kept at once.
    async fn with_the_clock(self, looked: Looked) -> Looked {
        let account = untrack(|| self.rekam.account());
        let after = untrack(|| account.and_then(|account| self.locks_after(&account)));
        let (Some(screen), Some(after), false) = (looked.screen, after, looked.people.is_empty())
        else {
            return looked;
        };
        let now = screen.look(after, clock::own(), since(USED.get()));
        if !now.locked || screen.locked {
            return Looked {
                screen: Some(now),
                ..looked
            };
        }
        let kept = self.rekam.noticed(pins::keep_screen(now).await);
        tell_tabs();
        Looked {
            screen: Some(kept.unwrap_or(now)),
            ..looked
        }
    }

    /// A look at the clock. What other tabs know is read before the screen locks.
    async fn look(self) {
        let screen = self.looked.get_untracked().and_then(|looked| looked.screen);
        let account = untrack(|| self.rekam.account());
        let after = untrack(|| account.and_then(|account| self.locks_after(&account)));
        let (Some(screen), Some(after)) = (screen.filter(|screen| !screen.locked), after) else {
            return;
        };
        let own = clock::own();
        if screen.look(after, own, since(USED.get())).locked {
            return self.read().await;
        }
        let is_old = |at: DateTime<Utc>| own.signed_duration_since(at).abs() >= KEEP_AFTER;
        if KEPT.get().is_none_or(is_old) {
            self.keep(screen.look(after, own, since(USED.get()))).await;
        }
    }

    async fn keep(self, screen: Screen) {
        KEPT.set(Some(clock::own()));
        if let Ok(kept) = self.rekam.looked(pins::keep_screen(screen).await) {
            self.show(kept);
        }
    }

    fn show(self, screen: Screen) {
        self.looked.update_untracked(|looked| {
            if let Some(looked) = looked {
                looked.screen = Some(screen);
            }
        });
        if screen.locked {
            spawn_local(self.read());
        }
    }

    /// Somebody does something here. After the idle time it is too late for that.
    pub fn touch(self) {
        if running() - TOUCHED.get() < TOUCH_MS {
            return;
        }
        TOUCHED.set(running());
        let screen = self
            .looked
            .with_untracked(|looked| looked.as_ref().and_then(|l| l.screen));
        let Some(screen) = screen.filter(|screen| !screen.locked) else {
            return;
        };
        let account = untrack(|| self.rekam.account());
        let after = untrack(|| account.and_then(|account| self.locks_after(&account)));
        let Some(after) = after else { return };
        let own = clock::own();
        if screen.look(after, own, since(USED.get())).locked {
            spawn_local(self.read());
            return;
        }
        USED.set(running());
        let screen = screen.touch(own);
        self.show(screen);
        let is_old = |at: DateTime<Utc>| own.signed_duration_since(at).abs() >= KEEP_AFTER;
        if KEPT.get().is_none_or(is_old) {
            spawn_local(self.keep(screen));
        }
    }

    /// Locks the screen now, for somebody else.
    pub async fn lock(self) {
        let screen = Screen::open(clock::own()).lock();
        let _ = self.rekam.noticed(pins::keep_screen(screen).await);
        tell_tabs();
        self.read().await;
    }

    /// Gives whoever works here a PIN.
    ///
    /// # Errors
    /// [`SaveError`] when the device cannot keep it.
    pub async fn make(self, digits: &str) -> Result<(), SaveError> {
        let account = untrack(|| self.rekam.account()).ok_or(SaveError::Closed)?;
        let salt = clock::new_token().ok_or(SaveError::Unsupported)?;
        let rounds = slow_hash::ROUNDS;
        let hash = slow_hash::of(digits, &salt, rounds).await;
        let made = Pin {
            account: account.id,
            salt,
            hash: hash.ok_or(SaveError::Unsupported)?,
            rounds,
            wrong: 0,
            used: clock::own(),
        };
        self.rekam.noticed(pins::make(&made).await)?;
        tell_tabs();
        self.read().await;
        Ok(())
    }

    /// Somebody tries a PIN; with the right one they go on from here. `known` is how many were wrong as the
    /// page shows it.
    ///
    /// # Errors
    /// [`SaveError`] when the device cannot keep it, or cannot compute the hash; the try may have counted.
    pub async fn unlock(self, id: UserId, digits: &str, known: u32) -> Result<Tried, SaveError> {
        let kept = match self.rekam.noticed(pins::begin_try(id, known).await)? {
            Ok(kept) => kept,
            Err(wrong) => {
                self.read().await;
                return Ok(Tried::Behind(wrong));
            }
        };
        let hash = slow_hash::of(digits, &kept.salt, kept.rounds).await;
        if hash.ok_or(SaveError::Unsupported)? != kept.hash {
            self.read().await;
            return Ok(Tried::Wrong(kept.wrong));
        }
        // Who has made no PIN yet has no way back: they sign out.
        let has_pin = self.looked.with_untracked(|looked| {
            let looked = looked.as_ref();
            looked.is_none_or(|l| l.people.iter().any(|person| Some(person.id) == l.account))
        });
        if !has_pin {
            self.rekam.leave().await?;
        }
        self.go_on(id, false).await?;
        Ok(Tried::Right)
    }

    async fn go_on(self, id: UserId, locked: bool) -> Result<(), SaveError> {
        let session = self.rekam.noticed(pins::switch(id, locked).await)?;
        USED.set(running());
        let is_other = |session: &Session| {
            self.rekam
                .session
                .with_untracked(|was| was.id() != session.id())
        };
        if let Some(session) = session.filter(is_other) {
            self.rekam.take_over(session);
            tell(News::Changed);
            spawn_local(self.rekam.check_session());
        }
        tell_tabs();
        self.read().await;
        self.rekam.sync_now();
        Ok(())
    }

    /// Signs somebody out whose PIN would open the screen; it stays locked.
    ///
    /// # Errors
    /// [`SaveError`] when the device cannot keep it.
    pub async fn sign_out(self, id: UserId) -> Result<(), SaveError> {
        self.go_on(id, true).await?;
        let left = self.rekam.sign_out().await;
        tell_tabs();
        self.read().await;
        left
    }
}

fn tell_tabs() {
    TABS.with(|tabs| {
        if let Some(tabs) = tabs {
            let _ = tabs.post_message(&"changed".into());
        }
    });
}

impl Rekam {
    /// Whether the screen is locked; nothing of staff's pages is shown then.
    #[must_use]
    pub fn shut(self) -> bool {
        self.shut.get()
    }
}
