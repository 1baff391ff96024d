//! What a device of the office loads.

fn main() {
    app::office();
}
