//! Seals of sign-ins: made when somebody signs in, and taken again by a server that was restored from
//! a backup of before. The key is the database's, so that a restored one has it too.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::{
    calendar::after,
    ids::DeviceId,
    sop::retention::SETTLED,
    trust::{SEALS, SealedSignIn},
};

use super::token::TokenHash;
use crate::{
    error::ApiError,
    state::State,
    store::{self, StoreError, devices},
};

fn mac(key: &[u8; 32], sign_in: &SealedSignIn) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(sign_in.sealed().as_bytes());
    Some(mac)
}

/// Seals a sign-in; `None` where that cannot be done.
#[must_use]
pub fn seal(key: &[u8; 32], mut sign_in: SealedSignIn) -> Option<SealedSignIn> {
    let code = mac(key, &sign_in)?.finalize().into_bytes();
    sign_in.seal = URL_SAFE_NO_PAD.encode(code);
    Some(sign_in)
}

/// Whether a seal is this server's.
fn is_own(key: &[u8; 32], sign_in: &SealedSignIn) -> bool {
    let code = URL_SAFE_NO_PAD.decode(&sign_in.seal);
    let mac = code.ok().zip(mac(key, sign_in));
    mac.is_some_and(|(code, mac)| mac.verify_slice(&code).is_ok())
}

/// Learns again what a backup did not know: who had signed in on the device. Seals of others, of
/// another device and of today's epoch do nothing.
///
/// # Errors
/// When the database refuses.
pub async fn restore(
    state: &State,
    device: DeviceId,
    new: Option<&TokenHash>,
    given: Vec<SealedSignIn>,
) -> Result<(), ApiError> {
    let (now, epoch) = (state.clock.now(), state.batcher.epoch().await?);
    let is_lost = |sign_in: &SealedSignIn| {
        sign_in.device == device
            && sign_in.epoch != epoch
            && sign_in.at <= now
            && now < after(sign_in.at, SETTLED)
            && is_own(&state.keys.sign_ins, sign_in)
    };
    let mut lost: Vec<SealedSignIn> = given.into_iter().take(SEALS).filter(is_lost).collect();
    if lost.is_empty() {
        return Ok(());
    }
    lost.sort_by_key(|sign_in| (sign_in.at, sign_in.from));
    Ok(learn(state, device, new, &lost).await?)
}

async fn learn(
    state: &State,
    device: DeviceId,
    new: Option<&TokenHash>,
    lost: &[SealedSignIn],
) -> Result<(), StoreError> {
    let mut tx = state.db.read_once().await?;
    let known = store::trust::sign_ins_of(&mut tx, device).await?;
    drop(tx);
    let is_known = |s: &SealedSignIn| known.contains(&(s.account, s.moment()));
    if lost.iter().all(is_known) {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    if let Some(new) = new {
        devices::register_or_check(&mut tx, device, new, state.clock.now()).await?;
    }
    store::trust::restore(&mut tx, device, lost).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use shared::ids::UserId;
    use uuid::Uuid;

    #[test]
    fn a_seal_is_for_what_it_says_and_by_whom_it_says() {
        let at = "2026-12-01T01:00:00Z".parse().unwrap();
        let sign_in = SealedSignIn {
            device: DeviceId(Uuid::from_u128(1)),
            account: UserId(Uuid::from_u128(2)),
            from: 151,
            at,
            until: at,
            beside: Vec::new(),
            epoch: "one".to_owned(),
            seal: String::new(),
        };
        let (own, other) = ([7; 32], [8; 32]);
        assert!(!is_own(&own, &sign_in), "without a seal");
        let sealed = seal(&own, sign_in).unwrap();
        assert!(is_own(&own, &sealed) && !is_own(&other, &sealed));
        let changes: [fn(&mut SealedSignIn); 6] = [
            |s| s.device = DeviceId(Uuid::from_u128(3)),
            |s| s.account = UserId(Uuid::from_u128(3)),
            |s| s.from = 1,
            |s| s.at = after(s.at, TimeDelta::days(1)),
            |s| s.until = after(s.until, TimeDelta::days(1)),
            |s| s.epoch = "two".to_owned(),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let mut forged = sealed.clone();
            change(&mut forged);
            assert!(!is_own(&own, &forged), "{n}");
        }
    }
}
