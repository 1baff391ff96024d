//! The command line: one file for each subcommand of `rekam`.

mod database;
mod demo;
mod device;
mod keys;
mod moving;
mod office;
mod person;
mod quarantine;
mod roll;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::{DatabaseArgs, ServeArgs};

/// Books, invites, receives and tracks residents for e-KTP recording
#[derive(Parser)]
#[command(name = "rekam", version)]
struct Cli {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the app and its API
    Serve(ServeArgs),
    /// Loads two demo offices with residents and accounts
    Demo(demo::DemoArgs),
    /// Offices: calendar, hours, settings
    #[command(subcommand)]
    Office(office::OfficeCommand),
    /// The residents of an office, from a spreadsheet and back
    #[command(subcommand)]
    Roll(roll::RollCommand),
    /// What a person may ask: to see, take along, correct, be forgotten
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Accounts of staff
    #[command(subcommand)]
    User(user::UserCommand),
    /// Devices on which staff have signed in
    #[command(subcommand)]
    Device(device::DeviceCommand),
    /// The keys that sign tickets
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Writes a copy of the database to a file, while the server runs
    Backup { file: std::path::PathBuf },
    /// Puts a copy back in place of the database; the server must be stopped. Without a file: tells
    /// devices that a PostgreSQL database was put back by its own tools
    Restore { file: Option<std::path::PathBuf> },
    /// Moves everything to another database, `sqlite:PATH` or `postgres://…`; the server must be stopped. The
    /// old database stays as it is
    Move {
        #[arg(long)]
        to: String,
    },
    /// Checks the file, counters, claims, queues, rows and audit chains
    Check {
        /// A file with heads that were signed earlier, such as the server's log
        #[arg(long)]
        heads: Option<std::path::PathBuf>,
    },
    /// Ops that were put aside
    #[command(subcommand)]
    Quarantine(quarantine::QuarantineCommand),
}

/// Runs what the command line says.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter =
        EnvFilter::try_from_env("REKAM_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A log on a full disk is told of on stderr, and there it would end in a panic.
        .log_internal_errors(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .init();
    let database = cli.database;
    let done = match cli.command {
        Command::Serve(args) => serve::run(&database, args).await,
        Command::Demo(args) => demo::run(&database, args).await,
        Command::Office(command) => office::run(&database, command).await,
        Command::Roll(command) => roll::run(&database, command).await,
        Command::Person(command) => person::run(&database, command).await,
        Command::User(command) => user::run(&database, command).await,
        Command::Device(command) => device::run(&database, command).await,
        Command::Keys(command) => keys::run(&database, command).await,
        Command::Backup { file } => database::backup(&database, &file).await,
        Command::Restore { file } => database::restore(&database, file.as_deref()).await,
        Command::Move { to } => moving::run(&database, &to).await,
        Command::Check { heads } => database::check(&database, heads.as_deref()).await,
        Command::Quarantine(command) => quarantine::run(&database, command).await,
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rekam: {error:#}");
            ExitCode::FAILURE
        }
    }
}
