//! What a running server can be told, from the command line and from `REKAM_*`.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use clap::Args;

use crate::clock::Clock;

/// Where the data is; every command needs it.
#[derive(Clone, Debug, Args)]
pub struct DatabaseArgs {
    /// `sqlite:PATH` or `postgres://…`
    #[arg(
        long,
        env = "REKAM_DATABASE",
        default_value = "sqlite:data/rekam.db",
        global = true
    )]
    pub database: String,
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, env = "REKAM_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address and port on which Prometheus reads `/metrics`, which the public must not reach; without it
    /// nobody does
    #[arg(long, env = "REKAM_METRICS")]
    pub metrics: Option<SocketAddr>,
    /// Folder with the built app; without it the app inside this binary is served
    #[arg(long, env = "REKAM_DIST")]
    pub dist: Option<PathBuf>,
    /// A TLS proxy stands in front: cookies are marked Secure, and its `X-Forwarded-For` is believed
    #[arg(long, env = "REKAM_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// For the bench: also answer `POST /api/v1/noop`, and take any number of new devices at once
    #[arg(long, hide = true)]
    pub noop: bool,
    /// For tests of faults: `health` fails after so many seconds without a commit
    #[arg(long, hide = true, default_value_t = 60)]
    pub stalled_after: u64,
}

/// All that an [`App`](crate::App) needs to start.
#[derive(Clone)]
pub struct Config {
    pub database: String,
    /// Port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where figures are read; nowhere if `None`.
    pub metrics: Option<SocketAddr>,
    pub dist: Option<PathBuf>,
    pub behind_proxy: bool,
    /// Serves the bench's `POST /api/v1/noop`.
    pub noop: bool,
    pub limits: Limits,
    pub clock: Clock,
    /// The heartbeat of the event stream.
    pub heartbeat: Duration,
    /// The longest a request may take.
    pub timeout: Duration,
    /// `health` fails when nothing was committed for so long though ops wait.
    pub stalled_after: Duration,
    pub lines: Lines,
}

/// What connections may do.
#[derive(Clone, Copy, Debug)]
pub struct Lines {
    /// So many are open at most; fewer where the system has places for fewer.
    pub most: usize,
    /// The longest that a connection may be idle, or take to send the head of a request.
    pub head: Duration,
    /// The longest that nothing of an answer may be taken.
    pub write: Duration,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            most: 16_384,
            head: Duration::from_secs(30),
            write: Duration::from_secs(60),
        }
    }
}

/// How often somebody may do something.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Tries to sign in to one account on a device that it used before.
    pub sign_in: Rate,
    /// Failed tries of all other devices: at one account, and from one address. Above that each has to
    /// compute first, so much.
    pub sign_in_account: Rate,
    pub sign_in_address: Rate,
    /// Tries of all other devices together, whatever becomes of them.
    pub sign_in_strangers: Rate,
    pub sign_in_effort: Effort,
    /// Pushes and pulls of one device.
    pub device: Rate,
    /// Devices never seen before, from one address, that have nothing to compute. Carriers put many
    /// phones behind one.
    pub new_devices: Rate,
    /// The same of all addresses together.
    pub newcomers: Rate,
    pub effort: Effort,
    /// Ops of one device that nobody knows, whatever becomes of them.
    pub unknown: Rate,
    /// The same of all such devices together. Above that each push has something to compute.
    pub unknown_together: Rate,
    /// Ops of one phone of a verified person, whatever becomes of them: each stays as a row on the office's tablets.
    pub known: Rate,
    /// Ops of one device of staff while nobody is signed in there, or while it is locked: what a village team
    /// brings from its days without a network.
    pub unattended: Rate,
    /// Bytes of these that were put aside. Beyond that they wait on the device.
    pub aside_unattended: Rate,
    /// Bytes that are kept of what was put aside, of devices that nobody knows behind one address.
    pub aside: Rate,
    /// The same of one phone of a verified person.
    pub aside_known: Rate,
}

/// What a device nobody knows has to compute where many come: leading zero bits of a hash, each of which
/// doubles the work. A cheap phone tries a million hashes a second.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub least: u8,
    pub most: u8,
}

/// So many at once, and then so many a minute.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub burst: NonZeroU32,
    pub per_minute: NonZeroU32,
}

impl Rate {
    /// Zero counts as one.
    #[must_use]
    pub const fn new(burst: u32, per_minute: u32) -> Self {
        Self {
            burst: at_least_one(burst),
            per_minute: at_least_one(per_minute),
        }
    }
}

const fn at_least_one(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in: Rate::new(8, 1),
            sign_in_account: Rate::new(10, 1),
            sign_in_effort: Effort {
                least: 18,
                most: 26,
            },
            sign_in_address: Rate::new(60, 20),
            sign_in_strangers: Rate::new(600, 120),
            device: Rate::new(120, 240),
            new_devices: Rate::new(600, 300),
            newcomers: Rate::new(6_000, 1_200),
            effort: Effort {
                least: 14,
                most: 22,
            },
            unknown: Rate::new(100, 10),
            unknown_together: Rate::new(6_000, 1_200),
            known: Rate::new(500, 2),
            unattended: Rate::new(2_000, 60),
            aside_unattended: Rate::new(1024 * 1024, 16 * 1024),
            aside: Rate::new(256 * 1024, 4 * 1024),
            aside_known: Rate::new(64 * 1024, 1024),
        }
    }
}

impl Limits {
    /// The bench's devices come by the thousand.
    fn for_bench() -> Self {
        let often = Rate::new(u32::MAX, u32::MAX);
        Self {
            new_devices: often,
            newcomers: often,
            unknown: often,
            known: often,
            unknown_together: often,
            ..Self::default()
        }
    }
}

impl Config {
    #[must_use]
    pub fn new(database: &DatabaseArgs, serve: ServeArgs) -> Self {
        Self {
            listen: serve.listen,
            metrics: serve.metrics,
            dist: serve.dist,
            behind_proxy: serve.behind_proxy,
            noop: serve.noop,
            stalled_after: Duration::from_secs(serve.stalled_after),
            limits: if serve.noop {
                Limits::for_bench()
            } else {
                Limits::default()
            },
            ..Self::local(&database.database)
        }
    }

    /// On any free port of this machine.
    #[must_use]
    pub fn local(database: &str) -> Self {
        Self {
            database: database.to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            metrics: None,
            dist: None,
            behind_proxy: false,
            noop: false,
            limits: Limits::default(),
            clock: Clock::system(),
            heartbeat: Duration::from_secs(20),
            timeout: Duration::from_secs(30),
            stalled_after: Duration::from_secs(60),
            lines: Lines::default(),
        }
    }
}
