//! The open connections of this process. When there are too many, the one that is missed the least
//! goes: a new connection is never turned away for those that others hold open.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::sync::Notify;

use crate::address::Network;

/// All open connections, and how many there may be.
pub struct Connections {
    most: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    lines: BTreeMap<u64, Line>,
    /// The same lines by what they do and where they come from, the longest unchanged first.
    sorted: BTreeMap<(Doing, Network), BTreeSet<(Instant, u64)>>,
}

#[derive(Clone)]
struct Line {
    from: Network,
    doing: Doing,
    since: Instant,
    end: Arc<Notify>,
}

/// In the order in which lines go. Whoever waits loses nothing: it connects again with its next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    /// No request came, or none whole.
    Waiting,
    /// Tells a device without any right that there is something to pull.
    Streaming,
    StreamingToKnown,
    Answering,
}

/// One open connection; dropped when it is closed.
pub struct Connection {
    all: Arc<Connections>,
    id: u64,
    end: Arc<Notify>,
}

/// What a request knows of its connection.
#[derive(Clone)]
pub struct Handle(Arc<Connections>, u64);

impl Connections {
    #[must_use]
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most: most.max(1),
            open: Mutex::default(),
        })
    }

    /// Takes a new one in, for which another goes if there are too many.
    #[must_use]
    pub fn admit(self: &Arc<Self>, from: IpAddr) -> Connection {
        let mut open = self.open();
        if open.lines.len() >= self.most
            && let Some(line) = open.least_missed().and_then(|id| open.remove(id))
        {
            line.end.notify_one();
        }
        let end = Arc::new(Notify::new());
        let id = open.next;
        open.next += 1;
        let line = Line {
            from: Network::of(from),
            doing: Doing::Waiting,
            since: Instant::now(),
            end: Arc::clone(&end),
        };
        open.insert(id, line);
        drop(open);
        let all = Arc::clone(self);
        Connection { all, id, end }
    }

    fn now(&self, id: u64, doing: Doing) {
        let mut open = self.open();
        if let Some(mut line) = open.remove(id) {
            line.doing = doing;
            line.since = Instant::now();
            open.insert(id, line);
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn insert(&mut self, id: u64, line: Line) {
        let alike = self.sorted.entry((line.doing, line.from)).or_default();
        alike.insert((line.since, id));
        self.lines.insert(id, line);
    }

    fn remove(&mut self, id: u64) -> Option<Line> {
        let line = self.lines.remove(&id)?;
        let place = (line.doing, line.from);
        if let Some(alike) = self.sorted.get_mut(&place) {
            alike.remove(&(line.since, id));
            if alike.is_empty() {
                self.sorted.remove(&place);
            }
        }
        Some(line)
    }

    /// Of the lines that are missed the least, the longest unchanged one of the network that holds most
    /// of them.
    fn least_missed(&self) -> Option<u64> {
        let ((doing, _), _) = self.sorted.first_key_value()?;
        let alike = self.sorted.iter().take_while(|((as_, _), _)| as_ == doing);
        let (_, most) = alike.max_by_key(|(_, lines)| lines.len())?;
        most.first().map(|(_, id)| *id)
    }
}

impl Connection {
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.all), self.id)
    }

    /// Comes when another took its place.
    pub async fn ended(&self) {
        self.end.notified().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.open().remove(self.id);
    }
}

impl Handle {
    /// A request came in whole; until the answer is out or given up the connection is not idle.
    #[must_use]
    pub fn answering(self) -> Busy {
        self.0.now(self.1, Doing::Answering);
        Busy(self)
    }

    /// The answer is a stream that goes on for as long as the connection.
    pub fn streams(&self, to_known: bool) {
        let doing = if to_known {
            Doing::StreamingToKnown
        } else {
            Doing::Streaming
        };
        self.0.now(self.1, doing);
    }
}

/// Makes the connection idle again when dropped.
pub struct Busy(Handle);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.0.now(self.0.1, Doing::Waiting);
    }
}

/// An answer's body that says when it has gone out.
pub struct Outgoing {
    body: Body,
    _busy: Busy,
}

impl Outgoing {
    #[must_use]
    pub fn new(body: Body, busy: Busy) -> Self {
        Self { body, _busy: busy }
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn count(all: &Connections) -> usize {
        all.open().lines.len()
    }

    fn is_open(all: &Connections, line: &Connection) -> bool {
        all.open().lines.contains_key(&line.id)
    }

    #[tokio::test]
    async fn whoever_holds_most_idle_lines_loses_the_oldest_of_them() {
        let all = Connections::new(4);
        let honest = all.admit(ip("10.0.0.1"));
        let held = ["10.0.0.9"; 3].map(|from| all.admit(ip(from)));
        let late = all.admit(ip("10.0.0.2"));
        held[0].ended().await;
        let open = [&honest, &held[0], &held[1], &late].map(|line| is_open(&all, line));
        assert_eq!((open, count(&all)), ([true, false, true, true], 4));
    }

    #[test]
    fn idle_lines_go_before_streams_and_streams_before_answers() {
        let all = Connections::new(4);
        let [asks, known, stranger, idle] = ["10.0.0.1"; 4].map(|from| all.admit(ip(from)));
        let busy = asks.handle().answering();
        known.handle().streams(true);
        stranger.handle().streams(false);
        let mut later = Vec::new();
        for gone in [&idle, &stranger, &known] {
            assert!(is_open(&all, gone));
            let line = all.admit(ip("10.0.0.2"));
            assert!(!is_open(&all, gone));
            std::mem::forget(line.handle().answering());
            later.push(line);
        }
        // Where all are answered, one of the network that holds the most goes.
        let last = all.admit(ip("10.0.0.3"));
        assert!(is_open(&all, &asks) && !is_open(&all, &later[0]));
        drop(busy);
        drop((later, last, asks));
        assert_eq!(count(&all), 0);
    }
}
