//! EVM: a node keeps no lists, so blocks are looked through, a bounded number per call.

use super::record::{Record, Scan};
use super::store;
use crate::address::checksummed;
use crate::amount::from_base;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::payment::evm::transfer;
use crate::rpc::{quantity, unreadable, word};
use crate::store::now;
use etopay_sdk::types::networks::ApiProtocol;
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Blocks between two saves, and steps per call.
const STEP: u64 = 50;
const STEPS: u64 = 8;
const AT_ONCE: u64 = 16;
const METHOD_UNKNOWN: i64 = -32601;
const TRANSFER_EVENT: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
/// Decimals of the coin that pays for gas.
const NATIVE_DECIMALS: u32 = 18;

/// One transfer, whoever took part in it.
pub async fn details(access: &Access, tx_id: &str) -> Result<Record> {
    let unknown = |what: &str| Fail::new("not_found").with("what", what);
    let digits = tx_id.strip_prefix("0x").unwrap_or(tx_id);
    if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(unknown("transaction"));
    }
    let hash = format!("0x{}", digits.to_lowercase());
    let tx = access.rpc.call("eth_getTransactionByHash", json!([hash])).await?;
    if tx.is_null() {
        return Err(unknown("transaction"));
    }
    if !tx["hash"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(&hash)) {
        return Err(unreadable());
    }
    let transfer = parts(access, &tx).ok_or_else(|| unknown("transfer"))?;
    let block = match quantity(&tx["blockNumber"]).and_then(|number| u64::try_from(number).ok()) {
        Some(number) => block(access, number, false).await?,
        None => Value::Null,
    };
    let mut record = complete(access, transfer, &block, Some(&hash)).await?;
    if record.date <= 0.0 {
        record.date = now();
    }
    Ok(record)
}

/// gasUsed × effectiveGasPrice, when the receipt has both.
fn fee_of(receipt: &Value) -> Option<String> {
    let (used, price) = (quantity(&receipt["gasUsed"])?, quantity(&receipt["effectiveGasPrice"])?);
    Some(from_base(used.checked_mul(price)?, NATIVE_DECIMALS).ok()?.to_string())
}

/// The next blocks to look through, and what is done after them: new blocks first, then older ones.
fn plan(scan: Option<Scan>, head: u64) -> Option<(u64, u64, Scan)> {
    let Some(scan) = scan.filter(|scan| scan.high <= head) else {
        // Never searched, or the chain was started anew.
        let low = head.saturating_sub(STEP - 1);
        return Some((low, head, Scan { low, high: head }));
    };
    if scan.high < head {
        let high = head.min(scan.high.saturating_add(STEP));
        return Some((scan.high + 1, high, Scan { high, ..scan }));
    }
    let low = scan.low.saturating_sub(STEP);
    (scan.low > 0).then(|| (low, scan.low - 1, Scan { low, ..scan }))
}

/// Looks through some blocks and saves how far it came, so that the next call goes on from there.
pub async fn search(access: &Access, patience: Duration) -> Result<()> {
    let key = access.history_key();
    let started = Instant::now();
    let head = access.rpc.number("eth_blockNumber", json!([])).await?;
    for _ in 0..STEPS {
        let scan = access.open.read(|payload| payload.scans.get(&key).copied())?;
        let Some((low, high, next)) = plan(scan, head) else { return Ok(()) };
        store(access, find(access, low, high).await?)?;
        access.open.update(|payload| {
            payload.scans.insert(key.clone(), next);
            Ok(())
        })?;
        if started.elapsed() > patience {
            return Ok(());
        }
    }
    Ok(())
}

async fn find(access: &Access, low: u64, high: u64) -> Result<Vec<Record>> {
    if let ApiProtocol::EvmERC20 { contract_address, .. } = &access.network.protocol {
        match logs(access, contract_address, low, high).await {
            Err(fail) if fail.details.get("rpc_code").and_then(Value::as_i64) == Some(METHOD_UNKNOWN) => {}
            other => return other,
        }
    }
    blocks(access, low, high).await
}

async fn block(access: &Access, number: u64, full: bool) -> Result<Value> {
    access.rpc.call("eth_getBlockByNumber", json!([format!("0x{number:x}"), full])).await
}

async fn blocks(access: &Access, low: u64, high: u64) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    let mut first = low;
    while first <= high {
        let last = high.min(first.saturating_add(AT_ONCE - 1));
        for block in join_all((first..=last).map(|number| block(access, number, true))).await {
            let block = block?;
            for tx in block["transactions"].as_array().map(Vec::as_slice).unwrap_or_default() {
                if let Some(moved) = moved(access, tx).filter(|moved| can_be_shown(access, moved)) {
                    found.push(complete(access, moved, &block, word(&tx["hash"])).await?);
                }
            }
        }
        let Some(next) = last.checked_add(1) else { break };
        first = next;
    }
    Ok(found)
}

/// Sender, receiver and base units of a transfer.
struct Moved {
    sender: String,
    receiver: String,
    value: u128,
}

/// Anybody can have a nonsensical amount put into a block; it must not hide the rest of the history.
fn can_be_shown(access: &Access, moved: &Moved) -> bool {
    from_base(moved.value, access.network.decimals).is_ok()
}

/// A transfer that concerns this address.
fn moved(access: &Access, tx: &Value) -> Option<Moved> {
    let mine = |address: &str| address.eq_ignore_ascii_case(&access.address);
    parts(access, tx).filter(|moved| mine(&moved.sender) || mine(&moved.receiver))
}

fn parts(access: &Access, tx: &Value) -> Option<Moved> {
    let (sender, to) = (word(&tx["from"])?, word(&tx["to"])?);
    let (receiver, value) = match &access.network.protocol {
        ApiProtocol::EvmERC20 { contract_address, .. } => {
            if !to.eq_ignore_ascii_case(contract_address) {
                return None;
            }
            transfer(tx["input"].as_str()?)?
        }
        _ => (to.to_owned(), quantity(&tx["value"])?),
    };
    Some(Moved { sender: sender.to_owned(), receiver, value })
}

fn spelled(address: &str) -> String {
    let digits = address.strip_prefix("0x").unwrap_or(address);
    format!("0x{}", checksummed(digits))
}

async fn complete(access: &Access, moved: Moved, block: &Value, hash: Option<&str>) -> Result<Record> {
    let hash = hash.ok_or_else(unreadable)?;
    let receipt = access.rpc.call("eth_getTransactionReceipt", json!([hash])).await?;
    let status = match quantity(&receipt["status"]) {
        Some(1) => "Confirmed",
        Some(_) => "Conflicting",
        None => "Pending",
    };
    let (sender, receiver) = (spelled(&moved.sender), spelled(&moved.receiver));
    Ok(Record {
        transaction_hash: hash.to_owned(),
        date: quantity(&block["timestamp"]).unwrap_or_default() as f64,
        block_number: quantity(&block["number"]).and_then(|number| u64::try_from(number).ok()),
        block_hash: word(&block["hash"]).map(str::to_owned),
        is_sender: sender.eq_ignore_ascii_case(&access.address),
        sender,
        receiver,
        amount: from_base(moved.value, access.network.decimals)?.to_string(),
        status: status.to_owned(),
        gas_fee: fee_of(&receipt),
        dead: false,
    })
}

/// Transfers of a token as its contract reported them, also those made by other contracts.
async fn logs(access: &Access, contract: &str, low: u64, high: u64) -> Result<Vec<Record>> {
    let me = format!("0x{:0>64}", access.address.trim_start_matches("0x").to_lowercase());
    let mut found = Vec::new();
    for topics in [json!([TRANSFER_EVENT, me]), json!([TRANSFER_EVENT, null, me])] {
        let filter = json!([{
            "address": contract, "topics": topics,
            "fromBlock": format!("0x{low:x}"), "toBlock": format!("0x{high:x}"),
        }]);
        let answer = access.rpc.call("eth_getLogs", filter).await?;
        for log in answer.as_array().map(Vec::as_slice).unwrap_or_default() {
            let Some(moved) = from_log(log).filter(|moved| can_be_shown(access, moved)) else { continue };
            let number = quantity(&log["blockNumber"]).and_then(|number| u64::try_from(number).ok());
            let block = block(access, number.ok_or_else(unreadable)?, false).await?;
            found.push(complete(access, moved, &block, word(&log["transactionHash"])).await?);
        }
    }
    Ok(found)
}

fn from_log(log: &Value) -> Option<Moved> {
    let party = |topic: &Value| {
        topic.as_str().filter(|t| t.len() == 66 && t.is_ascii()).map(|t| format!("0x{}", &t[26..]))
    };
    let topics = log["topics"].as_array()?;
    let digits = log["data"].as_str()?.strip_prefix("0x")?.trim_start_matches('0');
    let value = if digits.is_empty() { 0 } else { u128::from_str_radix(digits, 16).ok()? };
    Some(Moved { sender: party(topics.get(1)?)?, receiver: party(topics.get(2)?)?, value })
}
