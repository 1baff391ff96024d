//! Work that goes on where a part of it fails: one unreadable row of one office must not keep the others
//! waiting. Each failure is logged and counted, and the first is told at the end.

use std::fmt::Display;

/// What failed of a piece of work.
pub struct Failures<E> {
    work: &'static str,
    first: Option<E>,
}

impl<E: Display> Failures<E> {
    #[must_use]
    pub fn of(work: &'static str) -> Self {
        Self { work, first: None }
    }

    /// What a part came to; nothing if it failed.
    pub fn take<T: Default>(&mut self, part: impl Display, done: Result<T, E>) -> T {
        done.unwrap_or_else(|error| {
            tracing::warn!(work = self.work, %part, %error, "a part failed; the others go on");
            metrics::counter!("rekam_failures_total", "work" => self.work).increment(1);
            self.first.get_or_insert(error);
            T::default()
        })
    }

    /// What the whole came to.
    ///
    /// # Errors
    /// The first failure.
    pub fn end<T>(self, done: T) -> Result<T, E> {
        self.first.map_or(Ok(done), Err)
    }
}
