//! IOTA: the node keeps lists of what an address sent and received.

use super::{details, store};
use crate::chain::Access;
use crate::error::Result;
use futures::future::join_all;
use serde_json::{Value, json};

const PAGE: usize = 50;
const AT_ONCE: usize = 8;

pub async fn search(access: &Access, wanted: usize) -> Result<()> {
    let key = access.history_key();
    let known: Vec<String> = access.open.read(|payload| {
        let list = payload.history.get(&key).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter(|record| record.is_final()).map(|record| record.transaction_hash.clone()).collect()
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

/// The newest `wanted` digests of one side.
async fn listed(access: &Access, side: &str, wanted: usize) -> Result<Vec<String>> {
    let mut digests = Vec::new();
    let mut cursor = Value::Null;
    while digests.len() < wanted {
        let query = json!({"filter": {side: access.address}, "options": {
            "showInput": false, "showRawInput": false, "showEffects": false, "showEvents": false,
            "showObjectChanges": false, "showBalanceChanges": false, "showRawEffects": false}});
        let page =
            access.rpc.call("iotax_queryTransactionBlocks", json!([query, cursor, PAGE, true])).await?;
        let before = digests.len();
        let entries = page["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        digests.extend(entries.iter().filter_map(|entry| entry["digest"].as_str().map(str::to_owned)));
        cursor = page["nextCursor"].clone();
        if digests.len() == before || cursor.is_null() || page["hasNextPage"].as_bool() != Some(true) {
            break;
        }
    }
    digests.truncate(wanted);
    Ok(digests)
}
