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

struct Cluster {
    port: u16,
    /// Closed when this process ends; the keeper on the other end stops and removes the cluster.
    _keeper: Mutex<ChildStdin>,
}

/// The address of a new, empty database.
///
/// # Panics
/// When there is no PostgreSQL.
pub async fn database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let cluster = tokio::task::spawn_blocking(|| CLUSTER.get_or_init(start));
    let port = cluster.await.expect("PostgreSQL starts").port;
    let name = format!("rekam_{}", DATABASES.fetch_add(1, Ordering::SeqCst));
    let server = format!("postgres://postgres@127.0.0.1:{port}");
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

fn start() -> Cluster {
    let bin = binaries();
    let folder = std::env::temp_dir().join(format!("rekam-postgres-{}", std::process::id()));
    let data = folder.join("data");
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(&folder));
    }
    let text = |path: &Path| path.display().to_string();
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
    let options = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} \
         -c fsync=on -c max_connections=300",
        text(&folder)
    );
    run(as_postgres(&text(&bin.join("pg_ctl")))
        .args(["-D", &text(&data), "-w", "-l", &text(&folder.join("log"))])
        .args(["-o", &options, "start"]));
    Cluster {
        port,
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
