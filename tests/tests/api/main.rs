//! The API from outside: what good input brings about, and what bad input gets.

mod beside;
mod capacity;
mod events;
mod files;
mod origin;
mod phones;
mod postgres;
mod pull;
mod push;
mod rights;
mod roll;
mod session;
mod shapes;
mod slots;
mod time;
