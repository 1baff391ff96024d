//! Stories as the offices live them, decided over tables in memory.

mod answer;
mod booking;
mod correct;
mod forget;
mod impostor;
mod invitation;
mod invited;
mod mistake;
mod offer;
mod often;
mod phones;
mod plan;
mod requirements;
mod rights;
mod room;
mod session;
mod trip;
mod turn;
mod walk_in;
mod weeks;
