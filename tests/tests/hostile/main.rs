//! What somebody who means harm may send: broken ops, forged tickets, stolen sessions, others' rows,
//! bombs, tricks with paths and headers, scripts, floods. Nothing breaks, and nothing is given away.

mod bodies;
mod bombs;
mod copies;
mod crowd;
mod csrf;
mod emptying;
mod flood;
mod impostor;
mod lines;
mod mutants;
mod owned;
mod parsers;
mod paths;
mod phones;
mod probing;
mod reach;
mod schema;
mod sessions;
mod speaking;
mod storage;
mod text;
mod tickets;
mod town;
mod wire;
