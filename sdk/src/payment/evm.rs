//! Evidence on EVM chains: the hash of a payment, and the nonce it would have used.

use super::journal::{Evidence, Payment};
use super::settle::Finding;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::rpc::{quantity, unreadable};
use etopay_sdk::types::networks::ApiProtocol;
use futures::future::join_all;
use serde_json::{Value, json};

/// Blocks looked through in one go for the transaction that used a nonce.
const SCAN: u64 = 5_000;
const AT_ONCE: u64 = 8;
/// A block so far below the head is not replaced any more.
const FINAL_DEPTH: u64 = 12;

pub async fn evidence(access: &Access) -> Result<Evidence> {
    let chain_id = access.rpc.number("eth_chainId", json!([])).await?;
    if chain_id != expected(access) {
        // What is signed for one chain must not be valid on another.
        return Err(Fail::new("invalid_network")
            .with("network", access.network.key.clone())
            .with("reason", "its node belongs to another chain"));
    }
    let nonce = access.rpc.number("eth_getTransactionCount", json!([access.address, "pending"])).await?;
    let block = access.rpc.number("eth_blockNumber", json!([])).await?;
    Ok(Evidence { nonce, block, chain_id, ..Evidence::default() })
}

fn expected(access: &Access) -> u64 {
    match access.network.protocol {
        ApiProtocol::Evm { chain_id } | ApiProtocol::EvmERC20 { chain_id, .. } => chain_id,
        ApiProtocol::IotaRebased { .. } => 0,
    }
}

/// Another chain counts the nonces of the same address too, which says nothing about this payment.
async fn is_of_its_chain(access: &Access, payment: &Payment) -> Result<bool> {
    let made_for = Some(payment.evidence.chain_id).filter(|id| *id != 0).unwrap_or(expected(access));
    Ok(access.rpc.number("eth_chainId", json!([])).await? == made_for)
}

pub async fn look(access: &Access, payment: &Payment, patient: bool) -> Result<Finding> {
    let hashes = payment.hashes();
    let mut waiting = None;
    for tx_id in &hashes {
        let found = access.rpc.call("eth_getTransactionByHash", json!([tx_id])).await?;
        if !found.is_null() {
            check_named(&found["hash"], tx_id)?;
            match receipt(access, tx_id).await? {
                found @ Finding::Waiting { .. } => waiting = waiting.or(Some(found)),
                found => return Ok(found),
            }
        }
    }
    if let Some(found) = waiting {
        return Ok(found);
    }
    if payment.evidence.signed.is_none() || access.address.is_empty() {
        // The node chose the nonce then; ours proves nothing.
        return Ok(Finding::Nothing);
    }
    if !is_of_its_chain(access, payment).await? {
        return Ok(Finding::Nothing);
    }
    if count(access, "latest").await? > payment.evidence.nonce {
        let Some(user) = user_of_nonce(access, payment).await? else { return Ok(Finding::Nothing) };
        return match hashes.iter().find(|tx_id| tx_id.eq_ignore_ascii_case(&user.tx_id)) {
            Some(tx_id) => receipt(access, tx_id).await,
            // One transaction per nonce: this one can never be mined.
            None if is_final(access, user.block).await? => Ok(Finding::Dead),
            None => Ok(Finding::Nothing),
        };
    }
    // A nonce taken by something that waits: it may be this one, whether the node shows it or not.
    let open = patient || count(access, "pending").await? > payment.evidence.nonce;
    Ok(if open { Finding::Nothing } else { Finding::Absent })
}

async fn count(access: &Access, state: &str) -> Result<u64> {
    access.rpc.number("eth_getTransactionCount", json!([access.address, state])).await
}

/// What a node says about another transaction than it was asked for says nothing about this one.
fn check_named(hash: &Value, tx_id: &str) -> Result<()> {
    let is_same = hash.as_str().is_some_and(|hash| hash.eq_ignore_ascii_case(tx_id));
    if is_same { Ok(()) } else { Err(unreadable()) }
}

async fn receipt(access: &Access, tx_id: &str) -> Result<Finding> {
    let receipt = access.rpc.call("eth_getTransactionReceipt", json!([tx_id])).await?;
    if !receipt.is_null() {
        check_named(&receipt["transactionHash"], tx_id)?;
    }
    let Some(status) = quantity(&receipt["status"]) else {
        return Ok(Finding::Waiting { tx_id: tx_id.to_owned() });
    };
    let success = status == 1;
    // Asked only where something depends on it.
    let fixed = match number(&receipt["blockNumber"]) {
        Some(block) if !success => is_final(access, block).await.unwrap_or(false),
        _ => false,
    };
    Ok(Finding::Executed { tx_id: tx_id.to_owned(), success, fixed })
}

fn number(value: &Value) -> Option<u64> {
    quantity(value).and_then(|n| u64::try_from(n).ok())
}

/// Deep enough below the head, or final by the node's own word.
async fn is_final(access: &Access, block: u64) -> Result<bool> {
    let head = access.rpc.number("eth_blockNumber", json!([])).await?;
    if head.checked_sub(block).is_some_and(|depth| depth >= FINAL_DEPTH) {
        return Ok(true);
    }
    let last = access.rpc.call("eth_getBlockByNumber", json!(["finalized", false])).await;
    Ok(last.ok().and_then(|last| number(&last["number"])).is_some_and(|last| block <= last))
}

/// The mined transaction of the address that has a nonce.
struct User {
    tx_id: String,
    block: u64,
}

/// Nothing when neither our payments nor the blocks show it, which proves nothing.
async fn user_of_nonce(access: &Access, payment: &Payment) -> Result<Option<User>> {
    if let Some(user) = user_among_ours(access, payment).await? {
        return Ok(Some(user));
    }
    let head = access.rpc.number("eth_blockNumber", json!([])).await?;
    let first = first_used(access, payment, head).await;
    let last = head.min(first.saturating_add(SCAN));
    let mut next = Some(first);
    while let Some(start) = next.filter(|start| *start <= last) {
        let end = last.min(start.saturating_add(AT_ONCE - 1));
        let blocks = join_all((start..=end).map(|number| block(access, number))).await;
        for (block, number) in blocks.into_iter().zip(start..=end) {
            if let Some(tx_id) = with_nonce(access, payment, &block?) {
                return Ok(Some(User { tx_id, block: number }));
            }
        }
        next = end.checked_add(1);
    }
    Ok(None)
}

/// Mostly it was another payment of this wallet, whose hash is known.
async fn user_among_ours(access: &Access, payment: &Payment) -> Result<Option<User>> {
    let is_rival = |other: &&Payment| {
        other.id != payment.id
            && (other.account, other.index) == (payment.account, payment.index)
            && other.evidence.nonce == payment.evidence.nonce
    };
    let hashes: Vec<String> = access.open.read(|payload| {
        let rivals = payload.payments.values().filter(is_rival);
        rivals.flat_map(Payment::hashes).filter(|tx_id| tx_id.starts_with("0x")).collect()
    })?;
    for tx_id in hashes {
        let found = access.rpc.call("eth_getTransactionByHash", json!([tx_id])).await?;
        if check_named(&found["hash"], &tx_id).is_ok()
            && has_nonce(access, payment, &found)
            && let Some(block) = number(&found["blockNumber"])
        {
            return Ok(Some(User { tx_id, block }));
        }
    }
    Ok(None)
}

/// A block a node does not have, or not any more, is a failure: its transactions are not known.
async fn block(access: &Access, number: u64) -> Result<Value> {
    let block = access.rpc.call("eth_getBlockByNumber", json!([format!("0x{number:x}"), true])).await?;
    let is_it = self::number(&block["number"]) == Some(number) && block["transactions"].is_array();
    if is_it { Ok(block) } else { Err(unreadable()) }
}

/// The block that used the payment's nonce, by halving; without old states at the node, the block the
/// payment was made at.
async fn first_used(access: &Access, payment: &Payment, head: u64) -> u64 {
    let (mut low, mut high) = (payment.evidence.block, head);
    while low < high {
        let middle = low + (high - low) / 2;
        let at = json!([access.address, format!("0x{middle:x}")]);
        match access.rpc.number("eth_getTransactionCount", at).await {
            Ok(count) if count > payment.evidence.nonce => high = middle,
            Ok(_) => low = middle + 1,
            Err(_) => return payment.evidence.block,
        }
    }
    low
}

fn with_nonce(access: &Access, payment: &Payment, block: &Value) -> Option<String> {
    let transactions = block["transactions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = transactions.iter().find(|tx| has_nonce(access, payment, tx));
    found.and_then(|tx| tx["hash"].as_str()).map(str::to_owned)
}

fn has_nonce(access: &Access, payment: &Payment, tx: &Value) -> bool {
    tx["from"].as_str().is_some_and(|from| from.eq_ignore_ascii_case(&access.address))
        && quantity(&tx["nonce"]) == Some(u128::from(payment.evidence.nonce))
}

/// Receiver and amount of `transfer(address,uint256)` calldata.
pub fn transfer(input: &str) -> Option<(String, u128)> {
    let digits = input.strip_prefix("0xa9059cbb")?;
    if digits.len() != 128 || !digits.is_ascii() {
        return None;
    }
    let (receiver, value) = digits.split_at(64);
    let value = value.trim_start_matches('0');
    let value = if value.is_empty() { 0 } else { u128::from_str_radix(value, 16).ok()? };
    Some((format!("0x{}", &receiver[24..]), value))
}
