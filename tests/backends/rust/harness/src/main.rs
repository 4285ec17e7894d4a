//! Runs the generated programs natively and tells what they did.
//!
//! Built with `--cfg target_os="solana"`, so that the crates take the very paths they take on chain: every syscall is
//! an external symbol, and `syscalls` defines them. Vectors come in on standard input and results go out on standard
//! output, in the form that `wire` reads and writes.

mod checks;
mod memory;
mod programs;
mod runtime;
mod syscalls;
mod system;
mod wire;

use std::io::{self, BufReader, BufWriter, Write};

fn main() -> io::Result<()> {
    // A panic is an outcome like any other; its text goes to the logs of the vector.
    std::panic::set_hook(Box::new(|info| runtime::log(&info.to_string())));
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    while let Some(vector) = wire::read(&mut input)? {
        let result = runtime::run(vector);
        wire::write(&mut output, &result)?;
        output.flush()?;
    }
    Ok(())
}
