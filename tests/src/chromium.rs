//! The processes of one Chromium and the profile that they share: started through one chromedriver,
//! and ended by their ids, also when the test panics or is killed itself.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use thirtyfour::{
    manager::{BrowserKind, WebDriverManager},
    prelude::*,
};
use tokio::{runtime::Runtime, sync::OnceCell};

/// How long a killed process may take to be gone.
const PATIENCE: Duration = Duration::from_secs(10);

const FIXED: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--lang=id",
];

/// chromedriver outlives the test that starts it: one whose output nobody reads any more ends at its
/// next word.
static DRIVERS: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(1).enable_all();
    runtime.build().expect("a runtime")
});

async fn manager() -> Arc<WebDriverManager> {
    static MANAGER: OnceCell<Arc<WebDriverManager>> = OnceCell::const_new();
    let start = || async {
        let driver =
            std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "/usr/bin/chromedriver".into());
        WebDriverManager::builder()
            .driver_binary(BrowserKind::Chrome, driver)
            .offline()
            .build()
    };
    MANAGER.get_or_init(start).await.clone()
}

pub struct Chromium {
    /// Tells its processes from all others.
    mark: String,
    args: Vec<String>,
    /// Ends the browser when this process is gone without a word.
    heir: Option<Child>,
    profile: TempDir,
}

impl Chromium {
    /// A new profile; nothing runs yet.
    ///
    /// # Panics
    /// As all functions here: when the machine does not do as told.
    #[must_use]
    pub fn new(args: &[String]) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        Self {
            mark: format!("--user-data-dir={}", profile.path().display()),
            args: args.to_vec(),
            heir: None,
            profile,
        }
    }

    pub async fn start(&mut self) -> WebDriver {
        let mut caps = DesiredCapabilities::chrome();
        let own = self.args.iter().map(String::as_str);
        for arg in FIXED.into_iter().chain(own).chain([self.mark.as_str()]) {
            caps.add_arg(arg).expect("an argument");
        }
        self.heir = Some(heir(self.profile.path()));
        let launch = async { manager().await.launch(caps).await };
        let launched = DRIVERS.spawn(launch).await.expect("the launch ends");
        launched.expect("Chromium starts")
    }

    /// SIGKILL to all its processes: nothing can be written any more.
    ///
    /// It does not panic: failing tests end it too.
    pub fn kill(&mut self) {
        self.dismiss_heir();
        let end = Instant::now() + PATIENCE;
        loop {
            let processes = self.processes();
            if processes.is_empty() {
                return;
            }
            if Instant::now() > end {
                eprintln!("Chromium lives on: {processes:?}");
                return;
            }
            let mut kill = Command::new("kill");
            kill.arg("-KILL").args(&processes);
            // Some end by themselves when the others do.
            let _ = kill.stderr(Stdio::null()).status();
        }
    }

    fn dismiss_heir(&mut self) {
        if let Some(mut heir) = self.heir.take() {
            let _ = heir.kill();
            let _ = heir.wait();
        }
    }

    /// The ids of its processes.
    fn processes(&self) -> Vec<String> {
        let all = fs::read_dir("/proc").into_iter().flatten();
        let ids = all.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        ids.filter(|id| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            // Some have their arguments in one piece.
            let mut pieces = line.windows(self.mark.len());
            pieces.any(|piece| piece == self.mark.as_bytes())
        })
        .collect()
    }
}

/// Waits for the end of this process, and then ends what uses the profile, and the driver above it.
fn heir(profile: &Path) -> Child {
    const SCRIPT: &str = "read -r _
        for process in /proc/[0-9]*; do
            grep -qF -e \"--user-data-dir=$1\" $process/cmdline || continue
            driver=$(sed -n 's/^PPid:[[:space:]]*//p' $process/status)
            kill -KILL ${process#/proc/}
            [ \"$(cat /proc/$driver/comm)\" = chromedriver ] && kill -KILL $driver
        done";
    Command::new("sh")
        .args(["-c", SCRIPT, "sh"])
        .arg(profile)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // What is sent to all tests from a keyboard is not for it.
        .process_group(0)
        .spawn()
        .expect("a shell")
}
