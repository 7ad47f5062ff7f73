//! Evidence on EVM chains: the nonce a payment would have used.

use super::journal::{Evidence, Payment};
use super::settle::Finding;
use crate::amount;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::rpc::{quantity, unreadable};
use etopay_sdk::types::networks::ApiProtocol;
use futures::future::join_all;
use serde_json::{Value, json};
use std::str::FromStr;

/// Blocks looked through in one go when a payment's hash is not known.
const SCAN: u64 = 5_000;
const AT_ONCE: u64 = 8;

pub async fn evidence(access: &Access) -> Result<Evidence> {
    if let ApiProtocol::Evm { chain_id } | ApiProtocol::EvmERC20 { chain_id, .. } = access.network.protocol
        && access.rpc.number("eth_chainId", json!([])).await? != chain_id
    {
        // What is signed for one chain must not be valid on another.
        return Err(Fail::new("invalid_network")
            .with("network", access.network.key.clone())
            .with("reason", "its node belongs to another chain"));
    }
    let nonce = access.rpc.number("eth_getTransactionCount", json!([access.address, "pending"])).await?;
    let block = access.rpc.number("eth_blockNumber", json!([])).await?;
    Ok(Evidence { nonce, block, ..Evidence::default() })
}

pub async fn look(access: &Access, payment: &Payment, patient: bool) -> Result<Finding> {
    if let Some(tx_id) = &payment.tx_id {
        let found = access.rpc.call("eth_getTransactionByHash", json!([tx_id])).await?;
        if found.is_object() {
            return receipt(access, tx_id).await;
        }
    }
    let used = access.rpc.number("eth_getTransactionCount", json!([access.address, "latest"])).await?;
    let mut superseded = false;
    if used > payment.evidence.nonce {
        match search(access, payment, used).await? {
            Mined::Hit(tx_id) => return receipt(access, &tx_id).await,
            Mined::Others(rival) => superseded = is_later_payment(access, payment, rival)?,
            Mined::Unseen => return Ok(Finding::Nothing),
        }
    }
    if superseded {
        return Ok(Finding::Absent);
    }
    let waiting = access.rpc.number("eth_getTransactionCount", json!([access.address, "pending"])).await?;
    if waiting > used.max(payment.evidence.nonce) {
        let block =
            access.rpc.call("eth_getBlockByNumber", json!(["pending", true])).await.unwrap_or_default();
        let taken = taken(access, payment)?;
        return Ok(match hit(access, payment, &taken, &block) {
            Some(tx_id) => Finding::Waiting { tx_id },
            None => Finding::Nothing,
        });
    }
    let known = payment.tx_id.is_some() && used <= payment.evidence.nonce;
    Ok(if patient || known { Finding::Nothing } else { Finding::Absent })
}

/// The nonce went to a payment that was prepared after this one and found it still free: so this one, had
/// it been sent, would have had that nonce, and can never be mined.
fn is_later_payment(access: &Access, payment: &Payment, rival: Option<String>) -> Result<bool> {
    let Some(rival) = rival else { return Ok(false) };
    access.open.read(|payload| {
        payload.payments.values().any(|other| {
            other.id != payment.id
                && other.created_at > payment.created_at
                && other.tx_id.as_ref() == Some(&rival)
        })
    })
}

/// Hashes that belong to other payments of the journal.
fn taken(access: &Access, payment: &Payment) -> Result<Vec<String>> {
    access.open.read(|payload| {
        payload.payments.values().filter(|p| p.id != payment.id).filter_map(|p| p.tx_id.clone()).collect()
    })
}

async fn receipt(access: &Access, tx_id: &str) -> Result<Finding> {
    let receipt = access.rpc.call("eth_getTransactionReceipt", json!([tx_id])).await?;
    Ok(match quantity(&receipt["status"]) {
        Some(status) => Finding::Executed { tx_id: tx_id.to_owned(), success: status == 1 },
        None => Finding::Waiting { tx_id: tx_id.to_owned() },
    })
}

/// What the blocks hold of this address since the payment.
enum Mined {
    Hit(String),
    /// Every nonce since is accounted for by something else; with what used the payment's own.
    Others(Option<String>),
    /// Not all of it could be found, which proves nothing.
    Unseen,
}

async fn search(access: &Access, payment: &Payment, used: u64) -> Result<Mined> {
    let taken = taken(access, payment)?;
    let head = access.rpc.number("eth_blockNumber", json!([])).await?;
    let mut number = first_used(access, payment, head).await;
    let last = head.min(number.saturating_add(SCAN));
    let (mut rival, mut missing) = (None, used - payment.evidence.nonce);
    while number <= last && missing > 0 {
        let end = last.min(number + AT_ONCE - 1);
        for block in join_all((number..=end).map(|number| block(access, number))).await {
            let block = block?;
            if let Some(tx_id) = hit(access, payment, &taken, &block) {
                return Ok(Mined::Hit(tx_id));
            }
            for tx in own(access, payment, &block) {
                missing = missing.saturating_sub(1);
                if quantity(&tx["nonce"]) == Some(u128::from(payment.evidence.nonce)) {
                    rival = tx["hash"].as_str().map(str::to_owned);
                }
            }
        }
        number = end + 1;
    }
    Ok(if missing == 0 { Mined::Others(rival) } else { Mined::Unseen })
}

/// A block a node does not have, or not any more, is a failure: its transactions are not known.
async fn block(access: &Access, number: u64) -> Result<Value> {
    let block = access.rpc.call("eth_getBlockByNumber", json!([format!("0x{number:x}"), true])).await?;
    if block["transactions"].is_array() { Ok(block) } else { Err(unreadable()) }
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

/// Transactions of this address in `block` that the payment could be.
fn own<'a>(access: &Access, payment: &Payment, block: &'a Value) -> impl Iterator<Item = &'a Value> {
    let (address, first) = (access.address.clone(), u128::from(payment.evidence.nonce));
    block["transactions"].as_array().map(Vec::as_slice).unwrap_or_default().iter().filter(move |tx| {
        tx["from"].as_str().is_some_and(|from| from.eq_ignore_ascii_case(&address))
            && quantity(&tx["nonce"]).is_some_and(|nonce| nonce >= first)
    })
}

/// The hash of the transaction in `block` that is this payment: same sender, receiver, value and data. Its
/// nonce may be higher than expected: another device with the same phrase can have been faster.
fn hit(access: &Access, payment: &Payment, taken: &[String], block: &Value) -> Option<String> {
    own(access, payment, block)
        .filter(|tx| fits(access, payment, tx))
        .filter_map(|tx| tx["hash"].as_str())
        .find(|hash| !taken.iter().any(|other| other.eq_ignore_ascii_case(hash)))
        .map(str::to_owned)
}

fn fits(access: &Access, payment: &Payment, tx: &Value) -> bool {
    let value = rust_decimal::Decimal::from_str(&payment.amount)
        .ok()
        .and_then(|value| amount::to_base(value, access.network.decimals));
    let to = tx["to"].as_str().unwrap_or_default();
    match &access.network.protocol {
        ApiProtocol::EvmERC20 { contract_address, .. } => {
            let input = tx["input"].as_str().unwrap_or_default();
            to.eq_ignore_ascii_case(contract_address)
                && transfer(input).is_some_and(|(receiver, moved)| {
                    receiver.eq_ignore_ascii_case(&payment.address) && Some(moved) == value
                })
        }
        _ => {
            let data = tx["input"].as_str().unwrap_or_default().trim_start_matches("0x");
            to.eq_ignore_ascii_case(&payment.address)
                && quantity(&tx["value"]) == value
                && data.eq_ignore_ascii_case(payment.data.as_deref().unwrap_or_default())
        }
    }
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
