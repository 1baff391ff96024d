//! Faults of the server's side: its process killed, the network, the disk, the database, a restored
//! backup, wrong clocks, ops of old versions. Whatever happens, what a device saved is there once.

mod clocks;
mod database;
mod disk;
mod golden;
mod kill;
mod network;
mod restore;
mod storm;
