//! `rekam demo`: two offices to try the product on.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::serve;
use crate::{
    App,
    app::Backend,
    clock::Clock,
    config::{Config, DatabaseArgs, ServeArgs},
    demo::{
        accounts::{DemoAccount, PASSWORD},
        load::{self, Extent},
    },
    store::Db,
};

#[derive(Args)]
pub struct DemoArgs {
    /// Serve it afterwards
    #[arg(long)]
    serve: bool,
    #[command(flatten)]
    how: ServeArgs,
}

pub async fn run(database: &DatabaseArgs, args: DemoArgs) -> anyhow::Result<ExitCode> {
    let db = Db::open_alone(&database.database)
        .await
        .context("cannot open the database")?;
    let backend = Backend::on(db, Clock::system()).await?;
    let loaded = load::load(&backend, Extent::ALL).await;
    backend.close().await;
    print(&loaded?);
    if args.serve {
        let app = App::start(Config::new(database, args.how)).await?;
        return serve::until_stopped(app).await;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(accounts: &[DemoAccount]) {
    println!("Demo accounts, all with the password {PASSWORD}\n");
    println!(
        "{:<24} {:<10} {:<28} kelurahan",
        "username", "role", "office"
    );
    for account in accounts {
        let role = format!("{:?}", account.role).to_lowercase();
        let kelurahan = account.kelurahan.as_ref().map_or("", |k| k.name.as_str());
        let office = account.office.name();
        println!(
            "{:<24} {role:<10} {office:<28} {kelurahan}",
            account.username
        );
    }
    println!(
        "\nWARNING: everybody knows this password. Demo accounts are for trying out only; never"
    );
    println!("put data of real people into this database.");
}
