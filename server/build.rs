//! A release embeds the app's files: build again when they have changed.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && Path::new("../dist").exists() {
        println!("cargo:rerun-if-changed=../dist");
    }
}
