//! Unpacks gzip with a bound on what comes out.
//!
//! The reader that the crate brings along unpacks a whole block before it gives any of it away and calls itself for
//! each empty block, so it can be bounded neither in memory nor in depth.

use super::{Bytes, TOO_NESTED, damaged, refuse};
use crate::error::Result;
use zeroize::Zeroizing;

const LONGEST_CODE: usize = 15;
const LITERALS: usize = 288;
const DISTANCES: usize = 30;
const END: u16 = 256;
/// In which order the lengths of the code for lengths are given.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/// Least length of each symbol from 257 on, and how many bits are added to it.
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// The first member of a gzip file, its checksum compared.
pub fn gunzip(data: &[u8], limit: usize) -> Result<Zeroizing<Vec<u8>>> {
    let packed = after_header(data).ok_or_else(damaged)?;
    let mut out = Output { data: Zeroizing::new(Vec::with_capacity(limit)), limit };
    let mut bits = Bits { bytes: Bytes(packed), held: 0, count: 0 };
    inflate(&mut bits, &mut out)?;
    let checksum = bits.bytes.number(4).ok_or_else(damaged)?;
    if checksum != u64::from(crc32fast::hash(&out.data)) {
        return Err(damaged());
    }
    Ok(out.data)
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

struct Output {
    data: Zeroizing<Vec<u8>>,
    limit: usize,
}

impl Output {
    /// The room was taken at the start, so that no copy is left behind when it grows.
    fn room(&self, length: usize) -> Result<()> {
        if length > self.limit - self.data.len() { Err(refuse(TOO_NESTED)) } else { Ok(()) }
    }

    fn again(&mut self, distance: usize, length: usize) -> Result<()> {
        self.room(length)?;
        let start = self.data.len().checked_sub(distance).ok_or_else(damaged)?;
        for at in start..start + length {
            let byte = self.data[at];
            self.data.push(byte);
        }
        Ok(())
    }
}

struct Bits<'a> {
    bytes: Bytes<'a>,
    held: u32,
    count: u8,
}

impl Bits<'_> {
    fn take(&mut self, count: u8) -> Option<u16> {
        while self.count < count {
            let byte = u32::try_from(self.bytes.number(1)?).ok()?;
            self.held |= byte << self.count;
            self.count += 8;
        }
        let taken = self.held & ((1 << count) - 1);
        self.held >>= count;
        self.count -= count;
        u16::try_from(taken).ok()
    }

    /// Never more than the rest of a byte is held.
    fn skip_to_byte(&mut self) {
        self.held = 0;
        self.count = 0;
    }
}

/// A canonical prefix code: how many symbols have each length, and the symbols in order.
struct Code {
    counts: [usize; LONGEST_CODE + 1],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0; LONGEST_CODE + 1];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        counts[0] = 0;
        let mut left = 1usize;
        for count in &counts[1..] {
            left = (left << 1).checked_sub(*count)?;
        }
        let used = lengths.iter().zip(0u16..).filter(|(length, _)| **length > 0);
        let mut symbols: Vec<u16> = used.map(|(_, symbol)| symbol).collect();
        // Keeps the order of those of one length.
        symbols.sort_by_key(|symbol| lengths[usize::from(*symbol)]);
        Some(Self { counts, symbols })
    }

    fn next(&self, bits: &mut Bits) -> Option<u16> {
        let (mut code, mut first, mut index) = (0usize, 0, 0);
        for count in &self.counts[1..] {
            code |= usize::from(bits.take(1)?);
            if code < first + count {
                return self.symbols.get(index + code - first).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

fn inflate(bits: &mut Bits, out: &mut Output) -> Result<()> {
    // Made once: a file has room for millions of blocks that use them.
    let (fixed_literals, fixed_distances) = fixed_codes().ok_or_else(damaged)?;
    loop {
        let last = bits.take(1).ok_or_else(damaged)? == 1;
        match bits.take(2).ok_or_else(damaged)? {
            0 => {
                bits.skip_to_byte();
                let length = bits.take(16).ok_or_else(damaged)?;
                if bits.take(16).ok_or_else(damaged)? != !length {
                    return Err(damaged());
                }
                let bytes = bits.bytes.take(usize::from(length)).ok_or_else(damaged)?;
                out.room(bytes.len())?;
                out.data.extend_from_slice(bytes);
            }
            1 => block(bits, out, &fixed_literals, &fixed_distances)?,
            2 => {
                let (literals, distances) = given_codes(bits).ok_or_else(damaged)?;
                block(bits, out, &literals, &distances)?;
            }
            _ => return Err(damaged()),
        }
        if last {
            return Ok(());
        }
    }
}

fn block(bits: &mut Bits, out: &mut Output, literals: &Code, distances: &Code) -> Result<()> {
    loop {
        let symbol = literals.next(bits).ok_or_else(damaged)?;
        if let Ok(byte) = u8::try_from(symbol) {
            out.room(1)?;
            out.data.push(byte);
        } else if symbol == END {
            return Ok(());
        } else {
            let (distance, length) = pair(bits, symbol, distances).ok_or_else(damaged)?;
            out.again(distance, length)?;
        }
    }
}

/// How far back to go, and how much to take from there.
fn pair(bits: &mut Bits, symbol: u16, distances: &Code) -> Option<(usize, usize)> {
    let (least, more) = LENGTHS.get(usize::from(symbol - END - 1))?;
    let length = usize::from(*least) + usize::from(bits.take(*more)?);
    let symbol = usize::from(distances.next(bits)?);
    if symbol >= DISTANCES {
        return None;
    }
    if symbol < 4 {
        return Some((symbol + 1, length));
    }
    let more = symbol / 2 - 1;
    let least = ((2 + symbol % 2) << more) + 1;
    Some((least + usize::from(bits.take(u8::try_from(more).ok()?)?), length))
}

fn fixed_codes() -> Option<(Code, Code)> {
    let mut lengths = [8u8; LITERALS];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    Some((Code::new(&lengths)?, Code::new(&[5; DISTANCES])?))
}

fn given_codes(bits: &mut Bits) -> Option<(Code, Code)> {
    let literals = usize::from(bits.take(5)?) + 257;
    let distances = usize::from(bits.take(5)?) + 1;
    let given = usize::from(bits.take(4)?) + 4;
    let mut lengths = [0u8; 19];
    for place in &ORDER[..given] {
        lengths[*place] = u8::try_from(bits.take(3)?).ok()?;
    }
    let code = Code::new(&lengths)?;
    let mut lengths = Vec::with_capacity(literals + distances);
    while lengths.len() < literals + distances {
        let (length, times) = match code.next(bits)? {
            16 => (*lengths.last()?, bits.take(2)? + 3),
            17 => (0, bits.take(3)? + 3),
            18 => (0, bits.take(7)? + 11),
            length => (u8::try_from(length).ok()?, 1),
        };
        lengths.resize(lengths.len() + usize::from(times), length);
    }
    if lengths.len() > literals + distances {
        return None;
    }
    Some((Code::new(&lengths[..literals])?, Code::new(&lengths[literals..])?))
}
