//! Takes connections and answers their requests. A connection that sends no whole head in time, or does
//! not read its answer, ends.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::{Request, Response};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{net::TcpListener, sync::watch};
use tokio_io_timeout::TimeoutStream;

use crate::{
    config::Lines,
    connections::{Connection, Connections, Outgoing},
};

/// Bytes of a head, and of what a connection buffers.
const BUFFER: usize = 64 * 1024;
/// Files that are no connections: the database, the log.
const OTHER_FILES: usize = 200;
/// After the system had no place for another connection.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until it is told to stop, and then until the requests under way are answered.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    lines: Lines,
    mut stopping: watch::Receiver<bool>,
) {
    let all = Connections::new(lines.most.min(places()));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(lines.head)
        .max_buf_size(BUFFER);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // An error means that the app itself is gone.
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let (socket, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let connection = all.admit(peer.ip());
        let mut socket = TimeoutStream::new(socket);
        socket.set_write_timeout(Some(lines.write));
        let service = answers(router.clone(), &connection, peer);
        let io = TokioIo::new(Box::pin(socket));
        let served = graceful.watch(http.serve_connection(io, service));
        tokio::spawn(async move {
            tokio::select! {
                // Whoever hung up needs no answer.
                _ = served => {}
                () = connection.ended() => {}
            }
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

fn answers(
    router: Router,
    connection: &Connection,
    peer: SocketAddr,
) -> impl Service<
    Request<Incoming>,
    Response = Response<Outgoing>,
    Error = Infallible,
    Future: Send + 'static,
> + use<> {
    let (router, handle) = (TowerToHyperService::new(router), connection.handle());
    service_fn(move |mut request: Request<Incoming>| {
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(peer));
        extensions.insert(handle.clone());
        let busy = handle.clone().answering();
        let answer = router.call(request.map(Body::new));
        async move {
            let response = answer.await?;
            Ok(response.map(|body| Outgoing::new(body, busy)))
        }
    })
}

/// Lets this process open as many files as the system allows it, and says how many connections that is.
#[must_use]
pub fn places() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if setrlimit(Resource::Nofile, raised).is_ok() {
        limit = raised;
    }
    let files = limit.current.unwrap_or(u64::MAX);
    usize::try_from(files)
        .unwrap_or(usize::MAX)
        .saturating_sub(OTHER_FILES)
}
