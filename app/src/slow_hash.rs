//! PBKDF2 with SHA-256, by the browser itself: a PIN's hash costs as much time as a cheap tablet can spare.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// As OWASP asks for with SHA-256.
pub const ROUNDS: u32 = 600_000;
const BITS: u32 = 256;

fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    // Pages without TLS have none.
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
    subtle.dyn_into().ok()
}

/// Whether this browser can hash like this here.
#[must_use]
pub fn is_there() -> bool {
    subtle().is_some()
}

/// The hash in base64url; `None` where the browser cannot.
pub async fn of(secret: &str, salt: &str, rounds: u32) -> Option<String> {
    let subtle = subtle()?;
    let secret = Uint8Array::from(secret.as_bytes());
    let uses = Array::of1(&"deriveBits".into());
    let key = subtle.import_key_with_str("raw", &secret, "PBKDF2", false, &uses);
    let key: CryptoKey = JsFuture::from(key.ok()?).await.ok()?.dyn_into().ok()?;
    let how = Object::new();
    let salt = Uint8Array::from(salt.as_bytes());
    for (name, value) in [
        ("name", JsValue::from("PBKDF2")),
        ("hash", JsValue::from("SHA-256")),
        ("salt", salt.into()),
        ("iterations", JsValue::from(rounds)),
    ] {
        Reflect::set(&how, &name.into(), &value).ok()?;
    }
    let bits = subtle.derive_bits_with_object(&how, &key, BITS).ok()?;
    let bits = JsFuture::from(bits).await.ok()?;
    Some(URL_SAFE_NO_PAD.encode(Uint8Array::new(&bits).to_vec()))
}
