//! Evidence on IOTA: the digest of a payment, and the transaction that used its coins.

use super::journal::Payment;
use super::settle::Finding;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::rpc::{decimal_string, unreadable, word};
use etopay_sdk::types::networks::ApiProtocol;
use serde_json::{Value, json};

/// The node's answer to a digest it does not know.
const UNKNOWN: i64 = -32602;
const MOST_PAGES: usize = 40;
const PAGE: usize = 50;

#[derive(Clone)]
pub struct Coin {
    pub id: String,
    pub version: u64,
    pub digest: String,
    pub balance: u64,
}

impl Coin {
    fn read(coin: &Value) -> Option<Self> {
        Some(Self {
            id: normal_id(coin["coinObjectId"].as_str()?)?,
            version: unsigned(&coin["version"])?,
            digest: word(&coin["digest"])?.to_owned(),
            balance: unsigned(&coin["balance"])?,
        })
    }
}

/// The coins of an address, page by page.
pub struct Coins<'a> {
    access: &'a Access,
    cursor: Option<Value>,
}

impl<'a> Coins<'a> {
    pub fn of(access: &'a Access) -> Self {
        Self { access, cursor: Some(Value::Null) }
    }

    pub async fn next(&mut self) -> Result<Option<Vec<Coin>>> {
        let ApiProtocol::IotaRebased { coin_type } = &self.access.network.protocol else { return Ok(None) };
        let Some(cursor) = self.cursor.take() else { return Ok(None) };
        let params = json!([self.access.address, coin_type, cursor, null]);
        let (entries, next) = self.access.rpc.page("iotax_getCoins", params).await?;
        self.cursor = next;
        let coins: Option<Vec<Coin>> = entries.iter().map(Coin::read).collect();
        coins.map(Some).ok_or_else(unreadable)
    }
}

/// Nodes may leave leading zeros out.
fn normal_id(text: &str) -> Option<String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let fits = (1..=64).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit());
    fits.then(|| format!("0x{:0>64}", digits.to_lowercase()))
}

fn unsigned(value: &Value) -> Option<u64> {
    decimal_string(value).and_then(|n| u64::try_from(n).ok())
}

/// The transaction, or nothing when the node says that it does not know it.
async fn find(access: &Access, digest: &str) -> Result<Option<Value>> {
    let options = json!({"showInput": false, "showRawInput": false, "showEffects": true, "showEvents": false,
                         "showObjectChanges": false, "showBalanceChanges": false, "showRawEffects": false});
    match access.rpc.call("iota_getTransactionBlock", json!([digest, options])).await {
        Ok(block) if block["digest"].as_str() == Some(digest) => Ok(Some(block)),
        Ok(_) => Err(unreadable()),
        Err(fail) if is_unknown(&fail) => Ok(None),
        Err(fail) => Err(fail),
    }
}

fn is_unknown(fail: &Fail) -> bool {
    fail.details.get("rpc_code").and_then(Value::as_i64) == Some(UNKNOWN)
}

pub async fn look(access: &Access, payment: &Payment, patient: bool) -> Result<Finding> {
    for digest in payment.hashes() {
        if let Some(block) = find(access, &digest).await? {
            return Ok(executed(&block, &digest));
        }
    }
    let knows_who = !access.address.is_empty();
    let Some(signed) = payment.evidence.signed.as_ref().filter(|_| !patient && knows_who) else {
        return Ok(Finding::Nothing);
    };
    let inputs = inputs(payment)?;
    match spender(access, &inputs).await? {
        Some(block) => match block["digest"].as_str() {
            Some(digest) if digest == signed.tx_id => Ok(executed(&block, digest)),
            Some(_) => Ok(Finding::Dead),
            None => Err(unreadable()),
        },
        None if are_live(access, &inputs).await? => Ok(Finding::Absent),
        // A list that does not show the coins proves nothing: the node may be behind, or have forgotten.
        None => Ok(Finding::Nothing),
    }
}

fn inputs(payment: &Payment) -> Result<Vec<(String, u64)>> {
    let inputs = &payment.evidence.inputs;
    inputs
        .iter()
        .map(|(id, version)| Some((normal_id(id)?, *version)))
        .collect::<Option<_>>()
        .ok_or_else(unreadable)
}

/// The transaction that used one of these coins in this very version; looked for from the newest back to the
/// first that used an older version.
async fn spender(access: &Access, inputs: &[(String, u64)]) -> Result<Option<Value>> {
    let query = json!({"filter": {"FromAddress": access.address}, "options": {
        "showInput": false, "showRawInput": false, "showEffects": true, "showEvents": false,
        "showObjectChanges": false, "showBalanceChanges": false, "showRawEffects": false}});
    let mut cursor = Some(Value::Null);
    for _ in 0..MOST_PAGES {
        let Some(from) = cursor else { break };
        let params = json!([query, from, PAGE, true]);
        let (blocks, next) = access.rpc.page("iotax_queryTransactionBlocks", params).await?;
        for block in blocks {
            let used = used(&block);
            if inputs.iter().any(|input| used.contains(input)) {
                return Ok(Some(block));
            }
            let is_older = |(id, version): &(String, u64)| used.iter().any(|(i, v)| i == id && v < version);
            if inputs.iter().any(is_older) {
                return Ok(None);
            }
        }
        cursor = next;
    }
    Ok(None)
}

/// Objects a transaction changed, in the versions they had before.
fn used(block: &Value) -> Vec<(String, u64)> {
    let list = block["effects"]["modifiedAtVersions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let entry =
        |one: &Value| Some((normal_id(one["objectId"].as_str()?)?, unsigned(&one["sequenceNumber"])?));
    list.iter().filter_map(entry).collect()
}

async fn are_live(access: &Access, inputs: &[(String, u64)]) -> Result<bool> {
    let (mut missing, mut pages) = (inputs.to_vec(), Coins::of(access));
    for _ in 0..MOST_PAGES {
        let Some(page) = pages.next().await? else { break };
        missing.retain(|(id, version)| !page.iter().any(|coin| coin.id == *id && coin.version == *version));
        if missing.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn executed(block: &Value, digest: &str) -> Finding {
    let tx_id = digest.to_owned();
    match block["effects"]["status"]["status"].as_str() {
        Some(status) => Finding::Executed { tx_id, success: status == "success", fixed: true },
        None => Finding::Waiting { tx_id },
    }
}
