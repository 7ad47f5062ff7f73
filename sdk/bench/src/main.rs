//! Makes the operations of the benchmark in Rust: through the crate alone, and through the binding's own code
//! without Python. Reads lines `SIDE OPERATION COUNT`, answers each with `RESULT` and the microseconds of every
//! single call as JSON.

#![allow(dead_code)] // the parts of the binding that only Python reaches

include!(concat!(env!("OUT_DIR"), "/binding.rs"));

mod binding_side;
mod crate_side;

use std::error::Error;
use std::io::{BufRead, stdin};
use std::path::PathBuf;
use std::time::Instant;

pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What every side can do; arguments are the same on all of them.
pub const PIN: &str = "493817";
pub const PASSWORD: &str = "correcthorsebatterystaple";
pub const BACKUP_PASSWORD: &str = "a rather good backup password";
pub const PHRASE: &str = "test test test test test test test test test test test junk";
pub const RECEIVER: &str = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
pub const AMOUNT: &str = "0.001";

pub fn failed(fail: error::Fail) -> Box<dyn Error> {
    fail.code.to_string().into()
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let networks = arguments.next().ok_or("the first argument is the networks as JSON")?;
    let folder = PathBuf::from(arguments.next().ok_or("the second argument is a folder")?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    runtime.block_on(async {
        let mut plain = crate_side::Side::new(&networks, &folder).await?;
        let bound = binding_side::Side::new(&networks, &folder).await?;
        println!("READY");
        for line in stdin().lock().lines() {
            let line = line?;
            let words: Vec<&str> = line.split(' ').collect();
            let [side, operation, count] = words[..] else { return Err("three words, please".into()) };
            let mut times = Vec::new();
            for _ in 0..count.parse::<usize>()? {
                let began = Instant::now();
                match side {
                    "crate" => plain.make(operation).await?,
                    _ => bound.make(operation).await?,
                }
                times.push(began.elapsed().as_secs_f64() * 1e6);
            }
            println!("RESULT {times:?}");
        }
        Ok(())
    })
}
