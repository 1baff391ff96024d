//! Passwords as argon2id hashes. Hashing is slow on purpose, so it runs beside the server's tasks, and only a few
//! are compared at a time. People on devices that their accounts used before do not wait behind others.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// Each takes 19 MB while it runs.
static OF_KNOWN: Semaphore = Semaphore::const_new(4);
static OF_STRANGERS: Semaphore = Semaphore::const_new(2);

/// In which queue a password waits to be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Typed on a device that the account used before.
    Known,
    /// Typed on any other.
    Strangers,
}

impl Queue {
    fn permits(self) -> &'static Semaphore {
        match self {
            Self::Known => &OF_KNOWN,
            Self::Strangers => &OF_STRANGERS,
        }
    }
}

/// Stands in for the hash of an account that does not exist, so that both take alike long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody").ok());

/// The password cannot be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password cannot be hashed")]
pub struct PasswordError;

/// Hashes a new password.
///
/// # Errors
/// [`PasswordError`].
pub async fn hash(password: String) -> Result<String, PasswordError> {
    tokio::task::spawn_blocking(move || hash_now(&password))
        .await
        .map_err(|_| PasswordError)?
}

fn hash_now(password: &str) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| PasswordError)
}

/// Whether the password fits the hash; without a hash it never does, after the same work.
pub async fn verify(password: String, hash: Option<String>, queue: Queue) -> bool {
    let Ok(_permit) = queue.permits().acquire().await else {
        return false;
    };
    let known = hash.is_some();
    let fits = tokio::task::spawn_blocking(move || {
        let nobody = NOBODY.as_ref();
        let Some(hash) = hash.as_ref().or(nobody) else {
            return false;
        };
        Argon2::default()
            .verify_password(password.as_bytes(), hash.as_str())
            .is_ok()
    });
    fits.await.unwrap_or(false) && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_fits() {
        let hashed = hash("jelutung-1571".to_owned()).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m="));
        for queue in [Queue::Known, Queue::Strangers] {
            let fits = |typed: &str, hash| verify(typed.to_owned(), hash, queue);
            assert!(fits("jelutung-1571", Some(hashed.clone())).await);
            assert!(!fits("jelutung-1572", Some(hashed.clone())).await);
            assert!(!fits("nobody", None).await);
        }
    }
}
