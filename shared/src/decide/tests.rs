//! Stories as the offices live them, decided over tables in memory.

mod booking;
mod forget;
mod mistake;
mod rights;
mod room;
