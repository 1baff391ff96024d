//! The real `rekam serve` as a process of its own: started, killed in the middle of its work, and
//! started again on the same address and database.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use server::{
    Backend,
    clock::Clock,
    demo::load::{self, Extent},
};
use shared::sync::Health;
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
    time::Instant,
};

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// People on each office's roll.
pub const ROLL: usize = 400;

pub struct Rekam {
    database: String,
    port: u16,
    log: PathBuf,
    /// Bytes a file of the server's may have, at first.
    file_limit: Option<u64>,
    /// Seconds without a commit after which `health` fails.
    stalls_after: u64,
    child: Option<Child>,
}

/// The binary that was built beside this test.
///
/// # Panics
/// When it was not.
#[must_use]
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("REKAM_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("a path");
    let folder = test.ancestors().nth(2).expect("target/debug");
    let path = folder.join("rekam");
    assert!(path.exists(), "build it first: cargo build -p server");
    path
}

/// The demo offices in a new database, with the real clock.
///
/// # Panics
/// When they cannot be loaded.
pub async fn set_up(database: &str) {
    let backend = Backend::open(database, Clock::system()).await;
    let backend = backend.expect("a database");
    let extent = Extent {
        residents: ROLL,
        life: false,
        plan: false,
    };
    load::load(&backend, extent).await.expect("the demo");
    backend.close().await;
}

impl Rekam {
    /// Not started yet; its log goes to `folder`.
    #[must_use]
    pub fn over(database: &str, folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        Self {
            database: database.to_owned(),
            port,
            log: folder.join(format!("rekam-{port}.log")),
            file_limit: None,
            stalls_after: 60,
            child: None,
        }
    }

    /// Offices, people and accounts in an embedded database of `folder`, and the server over it.
    pub async fn on_sqlite(folder: &Path) -> Self {
        let database = format!("sqlite:{}", folder.join("rekam.db").display());
        set_up(&database).await;
        let mut rekam = Self::over(&database, folder);
        rekam.start().await;
        rekam
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    /// From the next start on no file of the server's may grow beyond so many bytes, until
    /// [`Self::lift_limit`].
    pub fn limit_files(&mut self, bytes: u64) {
        self.file_limit = Some(bytes);
    }

    /// From the next start on `health` fails after so many seconds without a commit.
    pub fn stalls_after(&mut self, seconds: u64) {
        self.stalls_after = seconds;
    }

    /// Starts and waits until it answers.
    pub async fn start(&mut self) {
        let log = std::fs::File::options();
        let log = log.clone().create(true).append(true).open(&self.log);
        let mut command = match self.file_limit {
            None => Command::new(binary()),
            // Writing on then fails as on a full disk, instead of ending the process.
            Some(bytes) => {
                let mut shell = Command::new("sh");
                let script = format!(
                    "trap '' XFSZ; ulimit -S -f {}; exec \"$0\" \"$@\"",
                    bytes / 512
                );
                shell.args(["-c", &script]).arg(binary());
                shell
            }
        };
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--database", &self.database])
            .args(["--stalled-after", &self.stalls_after.to_string()])
            // At length a phone sends more in minutes than a person does in a year.
            .args(crate::soak::factor().map(|_| "--noop"))
            .env_remove("REKAM_DIST")
            .env("REKAM_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("a log"))
            .kill_on_drop(true);
        self.child = Some(command.spawn().expect("rekam starts"));
        let end = Instant::now() + PATIENCE;
        while self.health().await.is_none() {
            let child = self.child.as_mut().expect("a process");
            let ended = child.try_wait().expect("its state");
            assert!(ended.is_none(), "rekam ended: {}", self.said());
            assert!(Instant::now() < end, "rekam does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn health(&self) -> Option<Health> {
        let answer = reqwest::get(format!("{}/api/v1/health", self.url())).await;
        answer.ok()?.json().await.ok()
    }

    /// SIGKILL: nothing can be tidied up.
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("it dies");
        }
    }

    /// Lets files grow again.
    pub async fn lift_limit(&mut self) {
        let child = self.child.as_ref().and_then(Child::id);
        let pid = child.expect("it runs").to_string();
        let mut lift = Command::new("prlimit");
        lift.args(["--pid", &pid, "--fsize=unlimited:"]);
        let done = lift.status().await.expect("prlimit");
        assert!(done.success());
        self.file_limit = None;
    }

    /// Runs another command of the binary on the same database.
    pub async fn command(&self, args: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command.args(args).args(["--database", &self.database]);
        command.env("REKAM_LOG", "warn");
        command.output().await.expect("rekam runs")
    }

    /// The same with a line on its standard input.
    pub async fn command_with(&self, args: &[&str], line: &str) -> Output {
        let mut command = Command::new(binary());
        command.args(args).args(["--database", &self.database]);
        command.env("REKAM_LOG", "warn").stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("rekam runs");
        let mut stdin = child.stdin.take().expect("its input");
        let line = format!("{line}\n");
        stdin.write_all(line.as_bytes()).await.expect("it reads");
        drop(stdin);
        child.wait_with_output().await.expect("it ends")
    }

    /// `rekam check` has nothing to say; an embedded database that it complains of is kept for a look.
    pub async fn assert_clean(&self) {
        let found = self.command(&["check"]).await;
        if found.status.success() {
            return;
        }
        let kept = std::env::temp_dir().join(format!("rekam-unsound-{}.db", self.port));
        if let Some(path) = server::store::sqlite_path(&self.database) {
            let _ = std::fs::copy(path, &kept);
        }
        let text = String::from_utf8_lossy(&found.stdout).into_owned();
        panic!("rekam check ({}): {text}", kept.display());
    }

    /// What the server wrote to its log.
    #[must_use]
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}
