//! IOTA: the node keeps lists of what an address sent and received.

use super::record::Record;
use super::store;
use crate::amount::from_base;
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::rpc::{decimal_string, digest, unreadable, word};
use crate::store::now;
use etopay_sdk::types::networks::ApiProtocol;
use futures::future::join_all;
use serde_json::{Value, json};

const PAGE: usize = 50;
const AT_ONCE: usize = 8;
/// The node's answer to a digest it does not know.
const UNKNOWN: i64 = -32602;
/// Decimals of the coin that pays for execution.
const NATIVE_DECIMALS: u32 = 9;

pub async fn search(access: &Access, wanted: usize) -> Result<()> {
    let key = access.history_key();
    let known: Vec<String> = access.open.read(|payload| {
        let list = payload.history.get(&key).map(Vec::as_slice).unwrap_or_default();
        list.iter()
            .filter(|record| record.is_complete())
            .map(|record| record.transaction_hash.clone())
            .collect()
    })?;
    let mut digests = Vec::new();
    for side in ["FromAddress", "ToAddress"] {
        for digest in listed(access, side, wanted).await? {
            if !digests.contains(&digest) && !known.contains(&digest) {
                digests.push(digest);
            }
        }
    }
    for some in digests.chunks(AT_ONCE) {
        let found = join_all(some.iter().map(|digest| details(access, digest))).await;
        store(access, found.into_iter().collect::<Result<Vec<_>>>()?)?;
    }
    Ok(())
}

/// A transfer of the network's own coin, seen from this wallet. The crate shows whichever coin comes first.
pub async fn details(access: &Access, tx_id: &str) -> Result<Record> {
    let unknown = || Fail::new("not_found").with("what", "transaction");
    if digest(tx_id).is_none() {
        return Err(unknown());
    }
    let options = json!({"showInput": false, "showRawInput": false, "showEffects": true, "showEvents": false,
                         "showObjectChanges": false, "showBalanceChanges": true, "showRawEffects": false});
    let asked = access.rpc.call("iota_getTransactionBlock", json!([tx_id, options])).await;
    let block = asked.map_err(|fail| match fail.details.get("rpc_code") {
        Some(code) if *code == UNKNOWN => unknown(),
        _ => fail,
    })?;
    if block["digest"].as_str() != Some(tx_id) {
        return Err(unreadable());
    }
    let number = decimal_string(&block["checkpoint"]).and_then(|number| u64::try_from(number).ok());
    let hash = match number {
        Some(number) => {
            let checkpoint = access.rpc.call("iota_getCheckpoint", json!([number.to_string()])).await?;
            word(&checkpoint["digest"]).map(str::to_owned)
        }
        None => None,
    };
    let moved = moved(access, &block)?;
    Ok(Record {
        transaction_hash: tx_id.to_owned(),
        date: decimal_string(&block["timestampMs"]).map_or_else(now, |at| at as f64 / 1000.0),
        block_number: number,
        block_hash: hash,
        is_sender: moved.sender.eq_ignore_ascii_case(&access.address),
        sender: moved.sender,
        receiver: moved.receiver,
        amount: from_base(moved.base, access.network.decimals)?.to_string(),
        status: match block["effects"]["status"]["status"].as_str() {
            Some("success") => "Confirmed",
            Some(_) => "Conflicting",
            None => "Pending",
        }
        .to_owned(),
        gas_fee: fee(&block["effects"]["gasUsed"])
            .map(|fee| from_base(fee, NATIVE_DECIMALS).map(|fee| fee.to_string()))
            .transpose()?,
        dead: false,
    })
}

struct Moved {
    sender: String,
    receiver: String,
    base: u128,
}

/// What this wallet paid or got; without either, the first payment there is.
fn moved(access: &Access, block: &Value) -> Result<Moved> {
    let ApiProtocol::IotaRebased { coin_type } = &access.network.protocol else { return Err(unreadable()) };
    let wanted = spelled(coin_type);
    let changes: Vec<(String, i128)> = block["balanceChanges"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter(|change| change["coinType"].as_str().is_some_and(|coin| spelled(coin) == wanted))
        .filter_map(|change| {
            let owner = word(&change["owner"]["AddressOwner"]).or(word(&change["owner"]["ObjectOwner"]));
            Some((owner?.to_lowercase(), decimal_string(&change["amount"])?))
        })
        .collect();
    let own = access.address.to_lowercase();
    let payer = changes.iter().find(|(_, amount)| *amount < 0).map(|(owner, _)| owner.clone());
    let paid = changes.iter().any(|(owner, amount)| *owner == own && *amount < 0);
    let mine = |owner: &String| *owner == own;
    let gains = || changes.iter().filter(|(_, amount)| *amount > 0);
    let gain = match paid {
        true => gains().find(|(owner, _)| !mine(owner)),
        false => gains().find(|(owner, _)| mine(owner)).or_else(|| gains().next()),
    };
    let sender = if paid { own } else { payer.unwrap_or_default() };
    Ok(match gain {
        Some((receiver, amount)) => {
            Moved { receiver: receiver.clone(), base: u128::try_from(*amount).unwrap_or_default(), sender }
        }
        // Nobody else got anything: the coins went back to who sent them.
        None => Moved { receiver: sender.clone(), base: 0, sender },
    })
}

/// Addresses in types may be written short or in full.
fn spelled(coin_type: &str) -> String {
    match coin_type.split_once("::") {
        Some((package, name)) => {
            let digits = package.trim_start_matches("0x").trim_start_matches('0').to_lowercase();
            format!("{digits}::{name}")
        }
        None => coin_type.to_owned(),
    }
}

fn fee(used: &Value) -> Option<u128> {
    let part = |name: &str| decimal_string(&used[name]).filter(|n| (0..1 << 63).contains(n));
    let cost = part("computationCost")? + part("storageCost")? - part("storageRebate")?;
    u128::try_from(cost.max(0)).ok()
}

/// The newest `wanted` digests of one side.
async fn listed(access: &Access, side: &str, wanted: usize) -> Result<Vec<String>> {
    let mut digests = Vec::new();
    let mut cursor = Value::Null;
    while digests.len() < wanted {
        let query = json!({"filter": {side: access.address}, "options": {
            "showInput": false, "showRawInput": false, "showEffects": false, "showEvents": false,
            "showObjectChanges": false, "showBalanceChanges": false, "showRawEffects": false}});
        let params = json!([query, cursor, PAGE, true]);
        let (entries, next) = access.rpc.page("iotax_queryTransactionBlocks", params).await?;
        let before = digests.len();
        digests.extend(entries.iter().filter_map(|entry| word(&entry["digest"]).map(str::to_owned)));
        match next {
            Some(next) if digests.len() > before => cursor = next,
            _ => break,
        }
    }
    digests.truncate(wanted);
    Ok(digests)
}
