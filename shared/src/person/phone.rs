//! Indonesian mobile numbers, kept in E.164. Landlines are refused: a reminder must reach a pocket.

use serde::{Deserialize, Serialize};

use super::text::{digits, masked_debug, parsed_text};

/// `+62` and 9 to 12 digits of which the first is 8. Text form: E.164.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("a phone number has only digits")]
    Digits,
    #[error("a mobile number starts with 08, 62 8 or +62 8")]
    NotMobile,
    #[error("a mobile number has 9 to 12 digits after 62")]
    Length,
}

impl PhoneError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Digits => "phone_digits",
            Self::NotMobile => "phone_not_mobile",
            Self::Length => "phone_length",
        }
    }
}

impl Phone {
    /// Reads `08…`, `62…` and `+62…` with spaces, dots, dashes or brackets.
    pub fn parse(input: &str) -> Result<Self, PhoneError> {
        let input = input.trim_matches(' ');
        let (international, rest) = match input.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, input),
        };
        let digits = digits(rest, &[' ', '.', '-', '(', ')']).ok_or(PhoneError::Digits)?;
        let national = match digits.strip_prefix("62") {
            Some(national) => Some(national),
            None if international => None,
            None => digits.strip_prefix('0'),
        };
        let national = national
            .filter(|n| n.starts_with('8'))
            .ok_or(PhoneError::NotMobile)?;
        if !(9..=12).contains(&national.len()) {
            return Err(PhoneError::Length);
        }
        Ok(Self(format!("+62{national}")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For lists: the operator's prefix and the last three digits, `+62812•••677`.
    pub fn masked(&self) -> String {
        let end = self.0.len().saturating_sub(3);
        let (head, tail) = (self.0.get(..6), self.0.get(end..));
        format!(
            "{}•••{}",
            head.unwrap_or_default(),
            tail.unwrap_or_default()
        )
    }
}

parsed_text!(Phone, PhoneError);
masked_debug!(Phone);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes() {
        for (input, want) in [
            ("081274556677", Ok("+6281274556677")),
            (" 0812-7455-6677 ", Ok("+6281274556677")),
            ("62 812 7455 6677", Ok("+6281274556677")),
            ("+62 (812) 7455.6677", Ok("+6281274556677")),
            ("0811123456", Ok("+62811123456")),
            ("081112345", Err("phone_length")),
            ("0811123456789", Ok("+62811123456789")),
            ("08111234567890", Err("phone_length")),
            ("0741123456", Err("phone_not_mobile")),
            ("+60123456789", Err("phone_not_mobile")),
            ("+081274556677", Err("phone_not_mobile")),
            ("812 7455 6677", Err("phone_not_mobile")),
            ("", Err("phone_not_mobile")),
            ("0812x7455667", Err("phone_digits")),
            ("081274556677\0", Err("phone_digits")),
        ] {
            let got = Phone::parse(input);
            assert_eq!(
                got.as_ref().map(Phone::as_str).map_err(PhoneError::code),
                want,
                "{input:?}"
            );
        }
        assert_eq!(
            Phone::parse("081274556677").unwrap().masked(),
            "+62812•••677"
        );
    }

    proptest! {
        #[test]
        fn three_spellings_one_number(national in "8[0-9]{8,11}") {
            let phone = Phone::parse(&format!("0{national}")).unwrap();
            prop_assert_eq!(&Phone::parse(&format!("62{national}")).unwrap(), &phone);
            prop_assert_eq!(&Phone::parse(phone.as_str()).unwrap(), &phone);
            prop_assert_eq!(phone.to_string(), format!("+62{national}"));
        }
    }
}
