//! A stream that says "poke" when there is something to pull, and nothing else.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream;
use http::{HeaderName, header};
use shared::{ids::DeviceId, scope::Scope};
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, sleep_until},
};

use crate::{
    auth::{device::Device, session::Session},
    connections,
    error::ApiError,
    pokes::Poke,
    scopes,
    state::Shared,
    streams::Stream,
};

/// Between two pokes to the same listener.
const PAUSE: Duration = Duration::from_secs(1);
/// After this long rights are looked up again.
const FRESH: TimeDelta = TimeDelta::seconds(30);

struct Listener {
    state: Shared,
    device: DeviceId,
    session: Option<Session>,
    pokes: broadcast::Receiver<Poke>,
    stopping: watch::Receiver<bool>,
    own: Stream,
    scopes: Vec<Scope>,
    read_at: DateTime<Utc>,
    not_before: Instant,
}

/// Server-sent events; a comment every 20 seconds keeps the line open. Of one device's streams the
/// four newest go on.
#[utoipa::path(
    get, path = "/api/v1/sync/events", tag = "sync",
    security(("device" = [])),
    responses(
        (status = 200, description = "`data: poke`", body = String, content_type = "text/event-stream"),
        (status = 401, description = "`device_token`", body = super::document::Problem),
    )
)]
pub async fn events(
    State(state): State<Shared>,
    Device(device): Device,
    session: Option<Session>,
    connection: Option<Extension<connections::Handle>>,
) -> Result<impl IntoResponse, ApiError> {
    // First listen, then look: nothing that changes in between is missed.
    let pokes = state.pokes.subscribe();
    let mut listener = Listener {
        device,
        session,
        pokes,
        stopping: state.stopping.clone(),
        own: state.streams.open(device),
        scopes: Vec::new(),
        read_at: DateTime::UNIX_EPOCH,
        not_before: Instant::now(),
        state,
    };
    listener.refresh().await?;
    if let Some(Extension(connection)) = connection {
        connection.streams(!listener.scopes.is_empty());
    }
    let heartbeat = listener.state.config.heartbeat;
    let events = stream::unfold(listener, |mut listener| async move {
        listener
            .next()
            .await
            .map(|()| (Ok::<_, Infallible>(Event::default().data("poke")), listener))
    });
    let keep_alive = KeepAlive::new().interval(heartbeat);
    Ok((
        [
            (header::CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ],
        Sse::new(events).keep_alive(keep_alive),
    ))
}

impl Listener {
    async fn refresh(&mut self) -> Result<(), ApiError> {
        let now = self.state.clock.now();
        let mut tx = self.state.db.read().await?;
        self.scopes = scopes::of(&mut tx, self.device, self.session.as_ref(), now).await?;
        self.read_at = now;
        Ok(())
    }

    /// Waits for the next poke worth sending; `None` when the server stops, or newer streams of the
    /// device took this one's place.
    async fn next(&mut self) -> Option<()> {
        loop {
            let heard = tokio::select! {
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                () = self.own.ended() => return None,
                heard = self.pokes.recv() => heard,
            };
            match heard {
                Ok(poke) if !self.concerns(&poke).await => {}
                // Too slow to hear them all: there certainly was something.
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => break,
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
        sleep_until(self.not_before).await;
        self.pokes = self.pokes.resubscribe();
        self.not_before = Instant::now() + PAUSE;
        Some(())
    }

    async fn concerns(&mut self, poke: &Poke) -> bool {
        let sees_other_rows = poke.devices.contains(&self.device);
        let is_old = self.state.clock.now().signed_duration_since(self.read_at) > FRESH;
        if (is_old || sees_other_rows) && self.refresh().await.is_err() {
            return true;
        }
        // A device that was locked sees nothing any more, and must hear just that.
        sees_other_rows || scopes::concern(&self.scopes, poke)
    }
}
