//! Reads QR codes with the tablet's rear camera: by the browser's own detector where it has one,
//! else by `quircs` on frames drawn to a canvas. It knows nothing of tickets.

mod camera;
mod canvas;
mod detector;

pub use camera::{Camera, CameraError};

use canvas::Canvas;
use detector::BarcodeDetector;
use web_sys::HtmlVideoElement;

/// Finds a QR code in what a video shows.
pub enum Reader {
    Browser(BarcodeDetector),
    Canvas(Box<Canvas>),
}

impl Reader {
    /// The best reader that this browser has; `None` where it can't even draw to a canvas.
    pub async fn open() -> Option<Self> {
        match detector::open().await {
            Some(detector) => Some(Self::Browser(detector)),
            None => Canvas::new().map(|canvas| Self::Canvas(Box::new(canvas))),
        }
    }

    /// The text of a QR code in the current frame.
    pub async fn read(&mut self, video: &HtmlVideoElement) -> Option<String> {
        match self {
            Self::Browser(detector) => detector::read(detector, video).await,
            Self::Canvas(canvas) => canvas.read(video),
        }
    }
}
