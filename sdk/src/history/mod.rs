//! The wallet's history, read from the node and from what was sent from here.
//!
//! Upstream's own list works on two network keys only and never shows incoming EVM transfers.

pub mod evm;
pub mod iota;
pub mod record;

use crate::chain::{self, Access};
use crate::core::Core;
use crate::error::{Fail, Result};
use crate::payment::journal::{Payment, Stage};
use crate::store::now;
use crate::vault::payload::Payload;
use etopay_sdk::types::networks::ApiProtocol;
use futures::future::join_all;
use record::{Record, merge};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const AT_ONCE: usize = 8;
/// Records kept per network and address.
const KEPT: usize = 5_000;

fn describe(record: &Record, key: &str) -> Value {
    json!({
        "date": record.date, "block_number": record.block_number, "block_hash": record.block_hash,
        "transaction_hash": record.transaction_hash, "sender": record.sender, "receiver": record.receiver,
        "amount": record.amount, "network_key": key, "status": record.status, "gas_fee": record.gas_fee,
        "is_sender": record.is_sender,
    })
}

/// A sent payment is in the history at once, before any node is asked.
pub fn note_sent(access: &Access, payment: &Payment) -> Result<()> {
    let Some(tx_id) = payment.tx_id.clone() else { return Ok(()) };
    let record = Record {
        transaction_hash: tx_id,
        date: now(),
        block_number: None,
        block_hash: None,
        sender: access.address.clone(),
        receiver: payment.address.clone(),
        amount: payment.amount.clone(),
        status: status_of(payment, false).unwrap_or("Pending").to_owned(),
        gas_fee: None,
        is_sender: true,
        dead: false,
    };
    store(access, vec![record])
}

/// What the chain has said about a payment for good.
fn status_of(payment: &Payment, is_dead: bool) -> Option<&'static str> {
    match payment.stage {
        Stage::Confirmed => Some("Confirmed"),
        Stage::Failed => Some("Conflicting"),
        Stage::NotSent if is_dead => Some("Conflicting"),
        _ => None,
    }
}

/// Takes over what became of a payment, so that the history knows it without a connection too.
pub fn learn(payload: &mut Payload, payment: &Payment, is_dead: bool) {
    let Some(status) = status_of(payment, is_dead) else { return };
    let key = chain::history_key(&payment.network, payment.account, payment.index);
    let known = payload.history.get_mut(&key).into_iter().flatten();
    let same = known.filter(|record| payment.tx_id.as_ref() == Some(&record.transaction_hash));
    for record in same.filter(|record| !record.is_final()) {
        status.clone_into(&mut record.status);
        record.dead = is_dead;
    }
}

/// Earlier versions did not write down that a payment is dead, and asked for it for ever. What failed without having
/// been executed can only be that.
pub fn recognise_dead(payload: &mut Payload) {
    let never_made = |payment: &&Payment| payment.stage == Stage::NotSent;
    let hashes: Vec<String> =
        payload.payments.values().filter(never_made).flat_map(Payment::hashes).collect();
    let failed = |record: &&mut Record| record.status == "Conflicting" && record.block_number.is_none();
    for record in payload.history.values_mut().flatten().filter(failed) {
        record.dead |= hashes.contains(&record.transaction_hash);
    }
}

fn store(access: &Access, found: Vec<Record>) -> Result<()> {
    let key = access.history_key();
    let known = access.open.read(|payload| payload.history.get(&key).cloned())?.unwrap_or_default();
    let mut merged = known.clone();
    merge(&mut merged, found);
    if merged == known {
        return Ok(());
    }
    merged.sort_by(|a, b| b.date.total_cmp(&a.date));
    merged.truncate(KEPT);
    access.open.update(|payload| {
        payload.history.insert(key, merged);
        Ok(())
    })
}

/// One transaction with its fee in main units.
pub async fn details(access: &Access, tx_id: &str) -> Result<Record> {
    match access.network.protocol {
        ApiProtocol::IotaRebased { .. } => iota::details(access, tx_id).await,
        _ => evm::details(access, tx_id).await,
    }
}

pub async fn get(core: &Arc<Core>, given: &str, tx_id: &str, key: Option<&str>) -> Result<String> {
    let access = chain::access(core, given, key).await?;
    let found = core.within(details(&access, tx_id)).await?;
    store(&access, vec![found.clone()])?;
    Ok(describe(&found, &access.network.key).to_string())
}

pub async fn list(
    core: &Arc<Core>,
    given: &str,
    start: usize,
    limit: usize,
    key: Option<&str>,
) -> Result<String> {
    let wanted = start.checked_add(limit).filter(|n| *n <= KEPT);
    let wanted = wanted.ok_or_else(|| Fail::invalid("limit", "start and limit are too large"))?;
    let access = chain::access(core, given, key).await?;
    let searched = core.within(search(&access, wanted, core.read_timeout() / 2)).await;
    let records =
        access.open.read(|payload| payload.history.get(&access.history_key()).cloned())?.unwrap_or_default();
    if let Err(fail) = searched {
        if records.is_empty() || !fail.is_transport() {
            return Err(fail);
        }
        log::warn!("the node cannot be asked for the history, the remembered one is shown");
    }
    let page: Vec<Value> =
        records.iter().skip(start).take(limit).map(|record| describe(record, &access.network.key)).collect();
    Ok(Value::Array(page).to_string())
}

async fn search(access: &Access, wanted: usize, patience: Duration) -> Result<()> {
    let key = access.history_key();
    let open: Vec<String> = access.open.read(|payload| {
        let known = payload.history.get(&key).map(Vec::as_slice).unwrap_or_default();
        known
            .iter()
            .filter(|record| !record.is_complete())
            .map(|record| record.transaction_hash.clone())
            .collect()
    })?;
    for some in open.chunks(AT_ONCE) {
        let mut found = Vec::new();
        for answer in join_all(some.iter().map(|tx_id| details(access, tx_id))).await {
            match answer {
                Ok(record) if record.is_final() => found.push(record),
                Ok(_) => {}
                Err(fail) if fail.is_transport() => return Err(fail),
                Err(_) => {}
            }
        }
        // Saved as it comes: however many there are, each call gets further.
        store(access, found)?;
    }
    match access.network.protocol {
        ApiProtocol::IotaRebased { .. } => iota::search(access, wanted).await,
        _ => evm::search(access, patience).await,
    }
}
