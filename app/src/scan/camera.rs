//! The rear camera's stream in a video element, from asking for it to switching it off.

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack,
    MediaStreamTrackState,
};

/// Seconds until a camera without a picture counts as stopped: cheap tablets take five.
const PATIENCE: u32 = 12;

/// A running camera. Dropping it switches the camera off.
pub struct Camera {
    video: HtmlVideoElement,
    stream: MediaStream,
}

/// Why there is no picture; each has a text with a way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraError {
    Denied,
    Missing,
    Busy,
    Unsupported,
    /// It gives no picture, or does so no more.
    Stopped,
}

impl Camera {
    /// Asks for the camera and shows it in `video`.
    ///
    /// # Errors
    /// [`CameraError`], as the browser names it.
    pub async fn open(video: HtmlVideoElement) -> Result<Self, CameraError> {
        let navigator = web_sys::window()
            .ok_or(CameraError::Unsupported)?
            .navigator();
        // Absent on pages that were not loaded securely; the binding itself would not notice.
        let there = Reflect::get(&navigator, &"mediaDevices".into())
            .is_ok_and(|devices| !devices.is_undefined());
        if !there {
            return Err(CameraError::Unsupported);
        }
        let devices = navigator
            .media_devices()
            .map_err(|_| CameraError::Unsupported)?;
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&rear().map_err(|_| CameraError::Unsupported)?);
        let asked = devices
            .get_user_media_with_constraints(&constraints)
            .map_err(|error| reason(&error))?;
        let stream: MediaStream = JsFuture::from(asked)
            .await
            .map_err(|error| reason(&error))?
            .unchecked_into();
        let camera = Self { video, stream };
        camera.video.set_src_object(Some(&camera.stream));
        let playing = camera.video.play().map_err(|error| reason(&error))?;
        first_picture(playing.into()).await?;
        Ok(camera)
    }

    /// Whether pictures still come: the browser ends the track when the permission is withdrawn or the
    /// camera is pulled out, and mutes it while another app has the camera.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let mut tracks = self.stream.get_tracks().into_iter();
        let track = tracks
            .next()
            .map(JsValue::unchecked_into::<MediaStreamTrack>);
        track.is_some_and(|track| {
            track.ready_state() == MediaStreamTrackState::Live && !track.muted()
        })
    }

    pub fn video(&self) -> &HtmlVideoElement {
        &self.video
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
        self.video.set_src_object(None);
    }
}

/// Waits for the first picture. A camera that is switched off by a key, or held by the system, gives
/// none and no error; the time that the page is in the background does not count.
async fn first_picture(mut playing: JsFuture) -> Result<(), CameraError> {
    let mut waited = 0;
    while waited < PATIENCE {
        match select(playing, TimeoutFuture::new(1_000)).await {
            Either::Left((played, _)) => return played.map(drop).map_err(|error| reason(&error)),
            Either::Right((_, rest)) => playing = rest,
        }
        waited += u32::from(!leptos::prelude::document().hidden());
    }
    Err(CameraError::Stopped)
}

/// `{facingMode: {ideal: "environment"}, width: {ideal: 1280}}`: a tablet with one camera still works.
fn rear() -> Result<JsValue, JsValue> {
    let ideal = |value: JsValue| -> Result<JsValue, JsValue> {
        let wish = Object::new();
        Reflect::set(&wish, &"ideal".into(), &value)?;
        Ok(wish.into())
    };
    let video = Object::new();
    Reflect::set(&video, &"facingMode".into(), &ideal("environment".into())?)?;
    Reflect::set(&video, &"width".into(), &ideal(1280.into())?)?;
    Ok(video.into())
}

fn reason(error: &JsValue) -> CameraError {
    let name = error.dyn_ref::<DomException>().map(DomException::name);
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => CameraError::Denied,
        Some("NotReadableError" | "AbortError") => CameraError::Busy,
        Some("NotFoundError" | "OverconstrainedError") => CameraError::Missing,
        _ => CameraError::Unsupported,
    }
}
