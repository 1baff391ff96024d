//! Writes a picture of every page and state to `target/screenshots`, at three sizes, and on the
//! phone in the dark too: for looking at, not for comparing. What is printed is kept as PDF.
//!
//! Words after the command choose parts: `resident`, `desk`, `kelurahan`, `head`, `empty`, `pin`.

mod album;

use album::Album;
use tests::walk::Part;

const RESIDENTS: usize = 600;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: Part| parts.is_empty() || parts.iter().any(|p| p == part.name());
    let album = Album::open()?;
    let (album, wanted) = (&album, &wanted);
    let walk = |parts: &'static [Part]| async move {
        for part in parts.iter().filter(|part| wanted(**part)) {
            part.walk(album, RESIDENTS).await?;
        }
        anyhow::Ok(())
    };
    // Two at a time keep two cores busy.
    let (first, second) = tokio::join!(
        walk(&[Part::Resident, Part::Head]),
        walk(&[Part::Desk, Part::Kelurahan, Part::Empty, Part::Pin]),
    );
    first.and(second)
}
