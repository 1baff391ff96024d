//! Faults on both sides: the server's process or the browser killed, the network, the disk, the
//! database, a restored backup, wrong clocks, ops of old versions. Whatever happens, what a device
//! saved is there once.

mod battery;
mod clocks;
mod database;
mod disk;
mod golden;
mod kill;
mod lying;
mod network;
mod restore;
mod storm;
mod tools;
