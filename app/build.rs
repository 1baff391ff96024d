//! Generates the `i18n` module from `locales/`.

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};
use std::{env, error::Error, path::PathBuf};

/// `codes.json` is read at run time instead: its keys come from the wire.
const NAMESPACES: [&str; 6] = ["common", "resident", "desk", "kelurahan", "head", "account"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("id")?
        .add_locale("en")?
        .add_namespaces(NAMESPACES)?
        // Texts with values are needed as strings too: labels, titles.
        .parse_options(ParseOptions::default().interpolate_display(true));
    let translations = TranslationsInfos::parse(config)?;
    translations.rerun_if_locales_changed();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?).join("i18n");
    translations.generate_i18n_module(out)?;
    Ok(())
}
