//! Evidence on IOTA: the digest of a payment, and the coin objects it would have used.

use super::journal::Payment;
use super::settle::Finding;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::rpc::{decimal_string, unreadable};
use etopay_sdk::types::networks::ApiProtocol;
use serde_json::{Value, json};

/// The node's answer to a digest it does not know.
const UNKNOWN: i64 = -32602;
const MOST_PAGES: usize = 40;

#[derive(Clone)]
pub struct Coin {
    pub id: String,
    pub version: u64,
    pub digest: String,
    pub balance: u64,
}

impl Coin {
    fn read(coin: &Value) -> Option<Self> {
        let number = |name: &str| decimal_string(&coin[name]).and_then(|n| u64::try_from(n).ok());
        Some(Self {
            id: coin["coinObjectId"].as_str()?.to_owned(),
            version: number("version")?,
            digest: coin["digest"].as_str()?.to_owned(),
            balance: number("balance")?,
        })
    }
}

async fn page(access: &Access, cursor: Value) -> Result<(Vec<Coin>, Option<Value>)> {
    let ApiProtocol::IotaRebased { coin_type } = &access.network.protocol else {
        return Ok((Vec::new(), None));
    };
    let params = json!([access.address, coin_type, cursor, null]);
    let (entries, next) = access.rpc.page("iotax_getCoins", params).await?;
    let coins: Option<Vec<Coin>> = entries.iter().map(Coin::read).collect();
    Ok((coins.ok_or_else(unreadable)?, next))
}

/// What a payment is made from; like the crate, it looks at the first page only.
pub async fn first_coins(access: &Access) -> Result<Vec<Coin>> {
    Ok(page(access, Value::Null).await?.0)
}

async fn all_coins(access: &Access) -> Result<Vec<Coin>> {
    let (mut coins, mut next) = page(access, Value::Null).await?;
    for _ in 0..MOST_PAGES {
        let Some(cursor) = next else { return Ok(coins) };
        let (more, after) = page(access, cursor).await?;
        coins.extend(more);
        next = after;
    }
    // A list without an end proves nothing.
    Err(unreadable())
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
    let Some(signed) = &payment.evidence.signed else { return Ok(Finding::Nothing) };
    if let Some(block) = find(access, &signed.tx_id).await? {
        return Ok(executed(&block, &signed.tx_id));
    }
    if patient || payment.tx_id.is_some() {
        return Ok(Finding::Nothing);
    }
    let live = all_coins(access).await?;
    let is_live = |(id, version): &(String, u64)| {
        live.iter().any(|coin| coin.id.eq_ignore_ascii_case(id) && coin.version == *version)
    };
    if payment.evidence.inputs.iter().all(is_live) {
        return Ok(Finding::Absent);
    }
    // Something has used its coins. A node that knows of that would know the payment, had it been the one.
    Ok(match find(access, &signed.tx_id).await? {
        Some(block) => executed(&block, &signed.tx_id),
        None => Finding::Dead,
    })
}

fn executed(block: &Value, digest: &str) -> Finding {
    match block["effects"]["status"]["status"].as_str() {
        Some(status) => Finding::Executed { tx_id: digest.to_owned(), success: status == "success" },
        None => Finding::Waiting { tx_id: digest.to_owned() },
    }
}
