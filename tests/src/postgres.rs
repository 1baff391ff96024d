//! A PostgreSQL cluster of the test process's own: made on first use in a temporary folder, durable as
//! in production, and gone with the process, whichever way it ends. Without PostgreSQL the run fails.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// A cluster of one's own, for tests that stop it.
pub struct Cluster {
    port: u16,
    folder: PathBuf,
    /// Closed when this process ends; the keeper on the other end stops and removes the cluster.
    _keeper: Mutex<ChildStdin>,
}

/// The address of a new, empty database.
///
/// # Panics
/// When there is no PostgreSQL.
pub async fn database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    let cluster = tokio::task::spawn_blocking(|| CLUSTER.get_or_init(|| start("shared")));
    cluster.await.expect("PostgreSQL starts").database().await
}

impl Cluster {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no PostgreSQL; so do the others when it does not do as told.
    pub async fn own(name: &'static str) -> Self {
        let cluster = tokio::task::spawn_blocking(move || start(name));
        cluster.await.expect("PostgreSQL starts")
    }

    /// The address of a new, empty database.
    pub async fn database(&self) -> String {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let name = format!("rekam_{}", DATABASES.fetch_add(1, Ordering::SeqCst));
        let server = format!("postgres://postgres@127.0.0.1:{}", self.port);
        let mut admin = PgConnection::connect(&format!("{server}/postgres"))
            .await
            .expect("PostgreSQL answers");
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create)
            .execute(&mut admin)
            .await
            .expect("a database is made");
        format!("{server}/{name}")
    }

    /// Cuts all connections and stops, as after a failure of power.
    pub async fn stop(&self) {
        let data = self.folder.join("data");
        let stop = move || {
            let mut ctl = as_postgres(&text(&binaries().join("pg_ctl")));
            run(ctl.args(["-D", &text(&data), "-w", "-m", "immediate", "stop"]));
        };
        tokio::task::spawn_blocking(stop).await.expect("it stops");
    }

    /// Starts again, on the port it had.
    pub async fn resume(&self) {
        let (folder, port) = (self.folder.clone(), self.port);
        let resume = move || launch(&folder, port);
        tokio::task::spawn_blocking(resume)
            .await
            .expect("it starts");
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn launch(folder: &Path, port: u16) {
    // Few places for locks: a batch that takes one for each person shows here, not in an office.
    let options = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} \
         -c fsync=on -c max_connections=300 -c max_locks_per_transaction=16",
        text(folder)
    );
    let (data, log) = (folder.join("data"), folder.join("log"));
    run(as_postgres(&text(&binaries().join("pg_ctl")))
        .args(["-D", &text(&data), "-w", "-l", &text(&log)])
        .args(["-o", &options, "start"]));
}

fn start(name: &str) -> Cluster {
    let bin = binaries();
    let folder = format!("rekam-postgres-{}-{name}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    let data = folder.join("data");
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(&folder));
    }
    run(as_postgres(&text(&bin.join("initdb")))
        .args([
            "-D",
            &text(&data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ])
        .args(["--no-locale", "--no-sync"]));

    let mut keeper = as_postgres("sh");
    keeper.arg("-c").arg(format!(
        "trap '' INT TERM HUP; cat >/dev/null; {}/pg_ctl -D {} -m immediate stop; rm -rf {}",
        text(&bin),
        text(&data),
        text(&folder)
    ));
    keeper
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[expect(clippy::zombie_processes, reason = "the keeper outlives this process")]
    let mut keeper = keeper.current_dir("/").spawn().expect("a keeper");

    let port = free_port();
    launch(&folder, port);
    Cluster {
        port,
        folder,
        _keeper: Mutex::new(keeper.stdin.take().expect("the keeper listens")),
    }
}

/// The newest version that is installed.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let mut versions: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    let version = |bin: &PathBuf| {
        let name = bin.parent()?.file_name()?.to_str()?;
        name.parse::<u32>().ok()
    };
    versions.sort_by_key(version);
    versions.pop().expect("PostgreSQL is installed")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", program]);
    command
}

fn run(command: &mut Command) {
    let command = command.current_dir("/").stdin(Stdio::null());
    // What is started in the background must not hold this process's pipes open.
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.expect("the command is found");
    assert!(status.success(), "{command:?} failed");
}
