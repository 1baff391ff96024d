//! Several tabs of one browser: one of them sends and pulls, and each tells the others.

use futures::channel::oneshot;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "rekam";
const LOCK: &str = "rekam-sync";

/// What tabs tell each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The database holds something new.
    Changed,
    /// Something waits to be sent.
    Send,
}

impl News {
    fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Send => "send",
        }
    }
}

#[wasm_bindgen]
extern "C" {
    type Locks;

    #[wasm_bindgen(method, js_name = request)]
    fn request(this: &Locks, name: &str, held: &js_sys::Function) -> js_sys::Promise;
}

/// Waits until this tab is the one that sends. At once where the browser has no locks (pages
/// served without TLS): two tabs then both send, which the server's op ids make harmless.
pub async fn lead() {
    let locks = web_sys::window()
        .and_then(|window| js_sys::Reflect::get(&window.navigator(), &"locks".into()).ok())
        .filter(JsValue::is_object);
    let Some(locks) = locks else { return };
    let (tell, told) = oneshot::channel::<()>();
    let mut tell = Some(tell);
    // The lock is held while the promise is pending, that is, as long as the tab lives.
    let held = Closure::<dyn FnMut() -> js_sys::Promise>::new(move || {
        if let Some(tell) = tell.take() {
            let _ = tell.send(());
        }
        js_sys::Promise::new(&mut |_, _| {})
    });
    let _ = locks
        .unchecked_ref::<Locks>()
        .request(LOCK, held.as_ref().unchecked_ref());
    held.forget();
    let _ = told.await;
}

thread_local! {
    static TABS: Option<BroadcastChannel> = BroadcastChannel::new(CHANNEL).ok();
}

/// Tells the other tabs.
pub fn tell(news: News) {
    TABS.with(|tabs| {
        if let Some(tabs) = tabs {
            let _ = tabs.post_message(&news.word().into());
        }
    });
}

/// Hears the other tabs.
pub fn listen(mut hear: impl FnMut(News) + 'static) {
    TABS.with(|tabs| {
        let Some(tabs) = tabs else { return };
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match event.data().as_string().as_deref() {
                Some("changed") => hear(News::Changed),
                Some("send") => hear(News::Send),
                _ => {}
            }
        });
        tabs.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    });
}
