//! Unpacks gzip with a bound on what comes out.
//!
//! The reader that the crate brings along unpacks a whole block before it gives any of it away and calls itself for
//! each empty block, so it can be bounded neither in memory nor in depth.

use super::{Bytes, TOO_COSTLY, TOO_NESTED, damaged, refuse};
use crate::error::Result;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use zeroize::Zeroizing;

const FLAGS: u32 = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
    | inflate_flags::TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY;
/// Each brings tables to be made, whatever it holds. Honest ones hold thousands of bytes.
const MAX_BLOCKS: usize = 200_000;

/// The first member of a gzip file, its checksum compared.
pub fn gunzip(data: &[u8], limit: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Bytes(after_header(data).ok_or_else(damaged)?);
    let out = inflate(&mut bytes, limit)?;
    let checksum = bytes.number(4).ok_or_else(damaged)?;
    if checksum != u64::from(crc32fast::hash(&out)) {
        return Err(damaged());
    }
    Ok(out)
}

fn after_header(data: &[u8]) -> Option<&[u8]> {
    let mut bytes = Bytes(data);
    if bytes.take(3)? != [0x1f, 0x8b, 8] {
        return None;
    }
    let flags = bytes.number(1)?;
    bytes.take(6)?;
    if flags & 4 != 0 {
        bytes.value(2)?;
    }
    // A name and a comment, each with a zero behind it.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = bytes.0.iter().position(|byte| *byte == 0)?;
            bytes.take(end + 1)?;
        }
    }
    if flags & 2 != 0 {
        bytes.take(2)?;
    }
    Some(bytes.0)
}

fn inflate(bytes: &mut Bytes, limit: usize) -> Result<Zeroizing<Vec<u8>>> {
    // All the room is taken at the start, so that no copy is left behind when it grows.
    let mut out = Zeroizing::new(vec![0; limit]);
    let mut state = DecompressorOxide::new();
    let mut written = 0;
    for _ in 0..MAX_BLOCKS {
        let (status, read, more) = decompress(&mut state, bytes.0, &mut out, written, FLAGS);
        bytes.take(read).ok_or_else(damaged)?;
        written += more;
        match status {
            TINFLStatus::BlockBoundary => {}
            TINFLStatus::Done => {
                out.truncate(written);
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput => return Err(refuse(TOO_NESTED)),
            _ => return Err(damaged()),
        }
    }
    Err(refuse(TOO_COSTLY))
}
