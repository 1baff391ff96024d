//! The event streams of each device. A phone that changes its network leaves streams behind that nobody
//! reads: so the newest is served, and above four the oldest ends.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use shared::ids::DeviceId;
use tokio::sync::Notify;

/// Streams of one device.
const MOST: usize = 4;

type Open = Mutex<HashMap<DeviceId, VecDeque<Arc<Notify>>>>;

/// All streams of this process.
#[derive(Clone, Default)]
pub struct Streams(Arc<Open>);

/// One open stream; dropped when it ends.
pub struct Stream {
    all: Streams,
    device: DeviceId,
    end: Arc<Notify>,
}

impl Streams {
    /// Opens one, for which the oldest of the device ends if there are too many.
    #[must_use]
    pub fn open(&self, device: DeviceId) -> Stream {
        let end = Arc::new(Notify::new());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.entry(device).or_default();
        own.push_back(Arc::clone(&end));
        if own.len() > MOST
            && let Some(oldest) = own.pop_front()
        {
            oldest.notify_one();
        }
        drop(all);
        Stream {
            all: self.clone(),
            device,
            end,
        }
    }
}

impl Stream {
    /// Comes when newer streams of the device have taken its place.
    pub async fn ended(&self) {
        self.end.notified().await;
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = all.get_mut(&self.device) {
            own.retain(|end| !Arc::ptr_eq(end, &self.end));
            if own.is_empty() {
                all.remove(&self.device);
            }
        }
    }
}
