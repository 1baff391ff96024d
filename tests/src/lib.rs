pub mod browser;
pub mod harness;
pub mod postgres;
pub mod sim;
pub mod site;
pub mod steps;
