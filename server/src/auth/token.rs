//! Secrets that devices and sessions carry: 32 random bytes in base64url. Only their SHA-256 is kept.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// No random bytes are to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandom;

/// A new token and its hash.
///
/// # Errors
/// [`NoRandom`].
pub fn draw() -> Result<(String, TokenHash), NoRandom> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok((URL_SAFE_NO_PAD.encode(bytes), hash_bytes(&bytes)))
}

/// The hash of a token as it came in; `None` when it is no token.
#[must_use]
pub fn hash(token: &str) -> Option<TokenHash> {
    let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    Some(hash_bytes(&bytes))
}

fn hash_bytes(bytes: &[u8; 32]) -> TokenHash {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_to_its_hash() {
        let (token, hashed) = draw().unwrap();
        assert_eq!(token.len(), 43);
        assert_eq!(hash(&token), Some(hashed));
        assert_ne!(draw().unwrap().0, token);
    }

    #[test]
    fn the_hash_is_sha256_of_the_bytes() {
        let zeros = "A".repeat(43);
        let hex: String = hash(&zeros)
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        // From `head -c 32 /dev/zero | sha256sum`.
        assert_eq!(
            hex,
            "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
        );
        for wrong in ["", "AAAA", "not base64!", &"A".repeat(44)] {
            assert_eq!(hash(wrong), None, "{wrong}");
        }
    }
}
