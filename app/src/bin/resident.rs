//! What a resident loads.

fn main() {
    app::resident();
}
