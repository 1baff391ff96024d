//! Stories as the offices live them, decided over tables in memory.

mod booking;
mod rights;
mod room;
