//! The browser's `BarcodeDetector`, which `web-sys` offers only as unstable: Android has it, desktop
//! browsers do not.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::HtmlVideoElement;

#[wasm_bindgen]
extern "C" {
    pub type BarcodeDetector;

    #[wasm_bindgen(constructor, catch)]
    fn new(options: &Object) -> Result<BarcodeDetector, JsValue>;

    #[wasm_bindgen(static_method_of = BarcodeDetector, js_name = getSupportedFormats, catch)]
    async fn supported_formats() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn detect(this: &BarcodeDetector, video: &HtmlVideoElement) -> Result<JsValue, JsValue>;
}

/// A detector for QR codes; some browsers have the class but no format.
pub async fn open() -> Option<BarcodeDetector> {
    let qr = JsValue::from_str("qr_code");
    let window = web_sys::window()?;
    Reflect::has(&window, &"BarcodeDetector".into())
        .ok()
        .filter(|has| *has)?;
    let formats = BarcodeDetector::supported_formats().await.ok()?;
    if !Array::from(&formats).includes(&qr, 0) {
        return None;
    }
    let options = Object::new();
    Reflect::set(&options, &"formats".into(), &Array::of1(&qr)).ok()?;
    BarcodeDetector::new(&options).ok()
}

pub async fn read(detector: &BarcodeDetector, video: &HtmlVideoElement) -> Option<String> {
    let found = Array::from(&detector.detect(video).await.ok()?);
    Reflect::get(&found.get(0), &"rawValue".into())
        .ok()?
        .as_string()
}
