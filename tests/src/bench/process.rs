//! `rekam serve` as a process of its own, as it is shipped.

use std::{
    fs::File,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::{Bench, wire::Line};

/// Of Linux's clock for programs, a second.
const TICKS: f64 = 100.0;
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    child: Child,
    pub addr: SocketAddr,
}

impl Server {
    /// Starts it over a database and waits until it answers.
    pub async fn start(bench: &Bench, name: &str, database: &str) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let addr = SocketAddr::from(([127, 0, 0, 1], port));
        let child = Command::new(&bench.rekam)
            .args(["serve", "--noop", "--behind-proxy"])
            .args(["--listen", &addr.to_string(), "--database", database])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(bench.log(name))?)
            .spawn()
            .with_context(|| format!("cannot start {}", bench.rekam.display()))?;
        let mut server = Self { child, addr };
        let began = Instant::now();
        while !server.answers().await {
            let ended = server.child.try_wait()?;
            ensure!(
                ended.is_none(),
                "the server ended: see {}",
                bench.log(name).display()
            );
            ensure!(began.elapsed() < PATIENCE, "the server does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(server)
    }

    async fn answers(&self) -> bool {
        let Ok(mut line) = Line::open(self.addr).await else {
            return false;
        };
        let answer = line.get("/api/v1/health", None).await;
        answer.is_ok_and(|answer| answer.good().is_ok())
    }

    /// Resident memory now, in MiB.
    pub fn memory(&self) -> Result<f64> {
        self.status("VmRSS:")
    }

    /// The most it ever had, in MiB.
    pub fn peak_memory(&self) -> Result<f64> {
        self.status("VmHWM:")
    }

    /// Processor time it has used, in seconds.
    pub fn cpu(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name in brackets comes the state; twelve fields on, time in user and in system.
        let (_, fields) = text
            .rsplit_once(')')
            .context("no name in the process's status")?;
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: Vec<f64> = ticks.map(str::parse).collect::<Result<_, _>>()?;
        Ok(ticks.iter().sum::<f64>() / TICKS)
    }

    fn status(&self, name: &str) -> Result<f64> {
        let file = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(file)?;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kib: f64 = kib
            .context("no such line in the process's status")?
            .parse()?;
        Ok(kib / 1024.0)
    }

    /// Ends it in order, so that the database is whole.
    pub fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        ensure!(Command::new("kill").arg(id).status()?.success());
        self.child.wait()?;
        Ok(())
    }
}

/// A bench that failed leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `rekam check` of a database that nobody serves.
pub fn check(bench: &Bench, database: &str) -> Result<()> {
    let checked = Command::new(&bench.rekam)
        .args(["check", "--database", database])
        .output()?;
    let said = String::from_utf8_lossy(&checked.stdout);
    ensure!(checked.status.success(), "rekam check: {said}");
    Ok(())
}

/// Removes what an earlier run left, if it did.
pub fn remove(file: &Path) -> Result<()> {
    if file.exists() {
        std::fs::remove_file(file)?;
    }
    Ok(())
}
