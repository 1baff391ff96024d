//! An answer that takes a while, asked for anew whenever what the question reads changes.

use leptos::{prelude::*, task::spawn_local};

/// The last answer; none before the first has come.
pub struct Asked<T: 'static> {
    answer: RwSignal<Option<T>>,
    again: Trigger,
}

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Asked<T> {}

impl<T: Clone + Send + Sync + 'static> Asked<T> {
    /// `question` is tracked until its first wait.
    pub fn new<F: Future<Output = T> + 'static>(question: impl Fn() -> F + 'static) -> Self {
        let asked = Self {
            answer: RwSignal::new(None),
            again: Trigger::new(),
        };
        let answered = StoredValue::new(0u32);
        Effect::new(move |last: Option<u32>| {
            asked.again.track();
            let mine = last.unwrap_or_default() + 1;
            let answer = question();
            spawn_local(async move {
                let answer = answer.await;
                // The answer to a later question stays, and the page may be gone.
                if answered.try_get_value().is_some_and(|newest| newest < mine) {
                    answered.set_value(mine);
                    asked.answer.set(Some(answer));
                }
            });
            mine
        });
        asked
    }

    #[must_use]
    pub fn get(self) -> Option<T> {
        self.answer.get()
    }

    pub fn ask_again(self) {
        self.again.notify();
    }
}
