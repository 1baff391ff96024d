//! JSON from the server and from the browser's storage.

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

/// Reads by way of [`Value`]: the code that reads each type is then in the app once, and not once a
/// way of reading. It was a tenth of what a resident loads.
///
/// # Errors
/// When the text is no JSON, or not of the type's shape.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_value(serde_json::from_str::<Value>(text)?)
}
