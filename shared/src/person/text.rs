//! How every parsed text type meets `std` and serde: one way in (`parse`), one way out (`as_str`).

/// Text that came with a U+0000 or another control character is refused, never repaired.
pub(crate) fn has_control(input: &str) -> bool {
    input.chars().any(char::is_control)
}

/// Drops the separators that people type between digits; `None` if anything else is not a digit.
pub(crate) fn digits(input: &str, separators: &[char]) -> Option<String> {
    let digits: String = input
        .trim_matches(' ')
        .chars()
        .filter(|c| !separators.contains(c))
        .collect();
    digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)
}

/// Implements `Display`, `FromStr`, `TryFrom<String>` and `Into<String>` over `parse` and `as_str`.
macro_rules! parsed_text {
    ($type:ty, $error:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $error;
            fn from_str(input: &str) -> Result<Self, $error> {
                Self::parse(input)
            }
        }

        impl TryFrom<String> for $type {
            type Error = $error;
            fn try_from(input: String) -> Result<Self, $error> {
                Self::parse(&input)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> String {
                value.as_str().to_owned()
            }
        }
    };
}

/// Gives a type a `Debug` that shows only its `masked()` form.
macro_rules! masked_debug {
    ($type:ident) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($type), "({})"), self.masked())
            }
        }
    };
}

pub(crate) use {masked_debug, parsed_text};
