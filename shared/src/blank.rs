//! What a row leaves out, because it says no more than the default.

/// Whether a value is what is read where it is missing.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
