//! One line of the wallet's history, and how far a chain has been searched.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct Record {
    pub transaction_hash: String,
    /// Seconds since 1970; when it was sent from here, as long as the chain has no time for it.
    pub date: f64,
    pub block_number: Option<u64>,
    pub block_hash: Option<String>,
    pub sender: String,
    pub receiver: String,
    pub amount: String,
    pub status: String,
    /// Fee in main units of the chain's own coin.
    pub gas_fee: Option<String>,
    pub is_sender: bool,
    /// It is proven that no block will ever have it.
    #[serde(default)]
    pub dead: bool,
}

impl Record {
    pub fn is_final(&self) -> bool {
        self.status != "Pending"
    }

    /// Whether there is nothing left to ask a node about it.
    pub fn is_complete(&self) -> bool {
        self.dead || (self.is_final() && self.block_number.is_some())
    }

    /// A failed transfer has moved nothing on IOTA; what it was meant to move is known from before.
    fn learn_from(&mut self, before: &Record) {
        if self.status == "Conflicting" && self.amount == "0" && before.is_sender {
            self.amount.clone_from(&before.amount);
            self.receiver.clone_from(&before.receiver);
        }
    }
}

/// Blocks looked through for incoming transfers: `low..=high` is done.
#[derive(Serialize, Deserialize, Clone, Copy, Default, PartialEq, Debug)]
pub struct Scan {
    pub low: u64,
    pub high: u64,
}

/// Adds records to a list without doubles; a final record replaces one that is still pending.
pub fn merge(list: &mut Vec<Record>, found: Vec<Record>) {
    let mut places: BTreeMap<String, usize> =
        list.iter().enumerate().map(|(place, record)| (record.transaction_hash.clone(), place)).collect();
    for mut record in found {
        if let Some(&place) = places.get(&record.transaction_hash) {
            record.learn_from(&list[place]);
        }
        match places.get(&record.transaction_hash) {
            Some(&place) if record.is_final() && list[place] != record => list[place] = record,
            Some(_) => {}
            None => {
                places.insert(record.transaction_hash.clone(), list.len());
                list.push(record);
            }
        }
    }
}
