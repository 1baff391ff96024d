//! The disk is full: writes are refused with a code and reads go on; once there is room, everything
//! that waited is taken.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::storm::Storm;
use shared::problem::Code;
use tests::{
    courier::{Outcome, now},
    process::Rekam,
    soak,
    work::{Town, act},
};

/// Pushes until the disk is full, and until `health` says so; all reads still work.
async fn fill(storm: &mut Storm, rekam: &Rekam) {
    let town = Town::new(1_000);
    let mut refused = 0;
    for n in 0.. {
        assert!(n < 5_000, "the disk does not fill");
        let which = n % storm.couriers.len();
        let courier = &mut storm.couriers[which];
        let command = act(courier, &town, now());
        courier.append(&command, now());
        match courier.push(&rekam.url(), now()).await {
            Outcome::Answered(_) => refused = 0,
            told => {
                let busy = Outcome::Refused(503, Code::Busy);
                assert_eq!(told, busy, "{}", rekam.said());
                refused += 1;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        if refused > 2 * storm.couriers.len() && health(rekam).await == 503 {
            break;
        }
    }
    for courier in &mut storm.couriers {
        let read = courier.pull(&rekam.url(), now()).await;
        assert!(
            matches!(read, Outcome::Idle | Outcome::Answered(_)),
            "{read:?}"
        );
    }
    for path in ["offices", "offices/1/slots"] {
        let url = format!("{}/api/v1/{path}", rekam.url());
        let answer = reqwest::get(url).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
}

async fn health(rekam: &Rekam) -> u16 {
    let url = format!("{}/api/v1/health", rekam.url());
    reqwest::get(url).await.unwrap().status().as_u16()
}

async fn drained(mut storm: Storm, rekam: &mut Rekam, name: &str) {
    storm.drain().await;
    assert_eq!(health(rekam).await, 200);
    let saved = storm.assert_complete(rekam.database()).await;
    rekam.assert_clean().await;
    // The same after a start: nothing was half written.
    rekam.kill().await;
    rekam.start().await;
    rekam.assert_clean().await;
    let refused = storm.couriers.iter().map(|c| c.refused).sum();
    soak::report(name, &[("ops", saved), ("refused meanwhile", refused)]);
}

/// A file system of a few megabytes, gone with this value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where nothing may be mounted.
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
            .arg(at);
        let mounted = mount.output().is_ok_and(|done| done.status.success());
        mounted.then(|| Self(at.to_owned()))
    }

    /// Leaves room for so many bytes only; the file that takes the rest.
    fn leave(&self, bytes: u64) -> PathBuf {
        let ballast = self.0.join("ballast");
        let mut df = Command::new("df");
        let df = df.args(["--output=avail", "-B1"]).arg(&self.0);
        let text = String::from_utf8(df.output().unwrap().stdout).unwrap();
        let free: u64 = text.lines().last().unwrap().trim().parse().unwrap();
        let size = usize::try_from(free - bytes).unwrap();
        fs::write(&ballast, vec![0; size]).unwrap();
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Where the system lets nobody mount, the limit on files below stands for it.
#[tokio::test]
async fn a_full_disk_refuses_writes_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk")) else {
        return limited("full disk (by limit)").await;
    };
    let mut rekam = Rekam::on_sqlite(&disk.0).await;
    rekam.kill().await;
    rekam.stalls_after(1);
    rekam.start().await;
    let mut storm = Storm::gather(&[rekam.url()]).await;
    let ballast = disk.leave(600_000);
    fill(&mut storm, &rekam).await;
    fs::remove_file(ballast).unwrap();
    drained(storm, &mut rekam, "full disk").await;
}

#[tokio::test]
async fn a_file_that_may_not_grow_refuses_writes_and_loses_nothing() {
    limited("file limit").await;
}

async fn limited(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut rekam = Rekam::on_sqlite(folder.path()).await;
    let mut storm = Storm::gather(&[rekam.url()]).await;
    rekam.kill().await;
    let size = |name: &str| fs::metadata(folder.path().join(name)).map_or(0, |file| file.len());
    rekam.stalls_after(1);
    rekam.limit_files(size("rekam.db").max(size("rekam.db-wal")) + 400_000);
    rekam.start().await;
    fill(&mut storm, &rekam).await;
    rekam.lift_limit().await;
    drained(storm, &mut rekam, name).await;
}
