//! What an op says, closed for the server alone: HPKE (RFC 9180) to a public key whose private half the
//! server keeps outside its database. A device closes what is settled once its author has gone; a
//! server that was restored from a backup opens it and takes it as if it had never been closed.

use crate::ids::OpId;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
    single_shot_open, single_shot_seal_with_rng,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// The one field of a closed payload.
const FIELD: &str = "lockbox";
const PURPOSE: &[u8] = b"rekam op 1";

/// The public half, in base64url.
#[must_use]
pub fn public(private: &[u8; 32]) -> Option<String> {
    let private = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(private).ok()?;
    let public = X25519HkdfSha256::sk_to_pk(&private).to_bytes();
    Some(URL_SAFE_NO_PAD.encode(public))
}

/// Whether a payload is closed.
#[must_use]
pub fn is_closed(payload: &Value) -> bool {
    text(payload).is_some()
}

fn text(payload: &Value) -> Option<&str> {
    let fields = payload.as_object().filter(|fields| fields.len() == 1)?;
    fields.get(FIELD)?.as_str()
}

/// Closes a payload. `chance` is drawn anew for each; `None` where the key is none.
#[must_use]
pub fn close(public: &str, op: OpId, payload: &Value, chance: [u8; 32]) -> Option<Value> {
    let key = URL_SAFE_NO_PAD.decode(public).ok()?;
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&key).ok()?;
    let said = serde_json::to_vec(payload).ok()?;
    let (key, closed) =
        single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &key,
            PURPOSE,
            &said,
            op.0.as_bytes(),
            &mut Chance { of: chance, n: 0 },
        )
        .ok()?;
    let mut bytes = key.to_bytes().to_vec();
    bytes.extend(closed);
    Some(json!({ FIELD: URL_SAFE_NO_PAD.encode(bytes) }))
}

/// Opens a payload; `None` where it is not closed, or not for this key and this op.
#[must_use]
pub fn open(private: &[u8; 32], op: OpId, payload: &Value) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(text(payload)?).ok()?;
    let (key, closed) = bytes.split_at_checked(32)?;
    let private = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(private).ok()?;
    let key = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(key).ok()?;
    let said = single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private,
        &key,
        PURPOSE,
        closed,
        op.0.as_bytes(),
    )
    .ok()?;
    serde_json::from_slice(&said).ok()
}

/// Bytes out of 32 that were drawn elsewhere.
struct Chance {
    of: [u8; 32],
    n: u64,
}

impl TryRng for Chance {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for part in to.chunks_mut(32) {
            let block = Sha256::new()
                .chain_update(self.of)
                .chain_update(self.n.to_be_bytes())
                .finalize();
            self.n = self.n.wrapping_add(1);
            part.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

impl TryCryptoRng for Chance {}

#[cfg(test)]
mod tests {
    use super::{close, is_closed, open, public};
    use crate::{
        ids::OpId,
        sync::{PUSH_BYTES, PUSH_TAKEN},
    };
    use serde_json::json;
    use uuid::Uuid;

    /// A server that was restored takes what it took before, also once it is closed.
    #[test]
    fn the_largest_op_still_goes_when_it_is_closed() {
        let key = public(&[7; 32]).unwrap();
        let said = json!({ "note": "x".repeat(PUSH_BYTES) });
        let closed = close(&key, OpId(Uuid::nil()), &said, [1; 32]).unwrap();
        let around = 1_024;
        assert!(closed.to_string().len() + around < PUSH_TAKEN);
    }

    #[test]
    fn only_the_key_s_owner_opens_it_and_only_for_its_op() {
        let (own, other) = ([7; 32], [8; 32]);
        let key = public(&own).unwrap();
        let op = |n| OpId(Uuid::from_u128(n));
        let said = json!({ "who": { "nik": "1571081501000001" }, "choices": [] });
        let closed = close(&key, op(1), &said, [1; 32]).unwrap();
        assert!(is_closed(&closed) && !is_closed(&said));
        let text = closed.to_string();
        assert!(!text.contains("nik") && !text.contains("1571081501000001"));
        assert_eq!(open(&own, op(1), &closed), Some(said.clone()));
        assert_eq!(open(&other, op(1), &closed), None);
        assert_eq!(open(&own, op(2), &closed), None);
        assert_eq!(open(&own, op(1), &said), None);
        let again = close(&key, op(1), &said, [2; 32]).unwrap();
        assert_ne!(again, closed);
        for wrong in ["", "AAAA", "not base64!"] {
            assert_eq!(close(wrong, op(1), &said, [1; 32]), None, "{wrong}");
            let short = json!({ "lockbox": wrong });
            assert_eq!(open(&own, op(1), &short), None, "{wrong}");
        }
    }
}
