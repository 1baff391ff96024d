//! Draws the video to a canvas that is never shown and looks for a QR code in its grey values.

use js_sys::{Object, Reflect};
use quircs::Quirc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement};

/// The longer side of the frame that is searched: enough for a ticket held at arm's length, and
/// searched within a few milliseconds on a cheap tablet.
const LONGER_SIDE: u32 = 800;

pub struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    quirc: Quirc,
    grey: Vec<u8>,
}

impl Canvas {
    pub fn new() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let element: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
        let context = element
            .get_context_with_context_options("2d", &options)
            .ok()??
            .dyn_into()
            .ok()?;
        Some(Self {
            element,
            context,
            quirc: Quirc::default(),
            grey: Vec::new(),
        })
    }

    pub fn read(&mut self, video: &HtmlVideoElement) -> Option<String> {
        let (width, height) = fit(video.video_width(), video.video_height())?;
        if (self.element.width(), self.element.height()) != (width, height) {
            self.element.set_width(width);
            self.element.set_height(height);
        }
        let (w, h) = (f64::from(width), f64::from(height));
        self.context
            .draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, w, h)
            .ok()?;
        let frame = self.context.get_image_data(0.0, 0.0, w, h).ok()?.data();
        self.grey.clear();
        self.grey
            .extend(frame.chunks_exact(4).map(|pixel| match pixel {
                [red, green, blue, _] => luma(*red, *green, *blue),
                _ => 0,
            }));
        self.quirc
            .identify(width as usize, height as usize, &self.grey)
            .filter_map(Result::ok)
            .filter_map(|code| code.decode().ok())
            .find_map(|data| String::from_utf8(data.payload).ok())
    }
}

/// The frame's size after scaling down; `None` before the first frame.
fn fit(width: u32, height: u32) -> Option<(u32, u32)> {
    let longer = width.max(height);
    if width == 0 || height == 0 {
        return None;
    }
    if longer <= LONGER_SIDE {
        return Some((width, height));
    }
    let scaled = |side: u32| (side * LONGER_SIDE / longer).max(1);
    Some((scaled(width), scaled(height)))
}

fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}
