//! The binding's own questions to a node: one JSON-RPC object per request, with a deadline.

use crate::error::{Fail, Result, http_error};
use crate::transport::Web;
use serde_json::{Value, json};
use std::time::Duration;

/// A full block of 60 million gas can be 12 MB of JSON.
const MAX_ANSWER: usize = 32 * 1024 * 1024;
/// Longest name, address, hash or cursor that is taken from a node.
const LONGEST_WORD: usize = 128;
/// Base58 of 32 bytes has at most 44 characters. Decoding takes the square of the length, so that is looked at first.
const LONGEST_DIGEST: usize = 64;
/// Said of a transaction the node has already: that is no refusal.
pub const ALREADY_KNOWN: &str = "already_known";

#[derive(Clone)]
pub struct Rpc {
    http: reqwest::Client,
    url: String,
    patience: Duration,
}

impl Rpc {
    pub fn new(http: &Web, url: &str, patience: Duration) -> Self {
        Self { http: http.to(url).clone(), url: url.to_owned(), patience }
    }

    pub async fn call(&self, method: &str, params: Value) -> Result<Value> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let answer = self.http.post(&self.url).timeout(self.patience).json(&body).send().await;
        let answer = answer.map_err(|error| http_error(&error, "node"))?;
        let status = answer.status();
        let no_answer = || Fail::new("network_error").with("service", "node").with("status", status.as_u16());
        let body = bounded(answer, "node").await?.ok_or_else(no_answer)?;
        // What a gateway in between says is no answer of the chain: neither "there is nothing" nor a refusal.
        if !status.is_success() {
            return Err(no_answer());
        }
        let mut parsed: Value = serde_json::from_slice(&body).map_err(|_| no_answer())?;
        if let Some(error) = parsed.get("error").filter(|error| !error.is_null()) {
            return Err(failure(method, error));
        }
        parsed.get_mut("result").map(Value::take).ok_or_else(no_answer)
    }

    /// For lists: anything else than a list proves nothing.
    pub async fn page(&self, method: &str, params: Value) -> Result<(Vec<Value>, Option<Value>)> {
        let mut page = self.call(method, params).await?;
        let more = page["hasNextPage"].as_bool() == Some(true);
        let next = page.get_mut("nextCursor").map(Value::take).filter(|cursor| more && !cursor.is_null());
        if next.as_ref().is_some_and(|cursor| word(cursor).is_none()) {
            return Err(unreadable());
        }
        match page.get_mut("data").map(Value::take) {
            Some(Value::Array(entries)) => Ok((entries, next)),
            _ => Err(unreadable()),
        }
    }

    pub async fn number(&self, method: &str, params: Value) -> Result<u64> {
        let value = self.call(method, params).await?;
        quantity(&value).and_then(|n| u64::try_from(n).ok()).ok_or_else(unreadable)
    }
}

/// The text of an error is only looked at for what it says about the outcome.
fn failure(method: &str, error: &Value) -> Fail {
    let message = error["message"].as_str().unwrap_or_default().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
    if says(&["already known", "alreadyknown", "already imported"]) && method == "eth_sendRawTransaction" {
        return Fail::new(ALREADY_KNOWN);
    }
    // The one who says so had handed the question on: what came of it is open.
    if says(&["timed out", "timeout", "deadline"]) {
        return Fail::new("network_timeout").with("service", "node");
    }
    if says(&["insufficient", "exceeds balance"]) {
        return Fail::new("insufficient_funds");
    }
    let fail = Fail::new("node_error").with("rpc_code", error["code"].as_i64().unwrap_or_default());
    // By then the transaction may be in a block.
    if says(&["nonce too low"]) { fail.with("reason", "nonce too low") } else { fail }
}

/// The body, or nothing when it is larger than any honest answer.
pub async fn bounded(mut answer: reqwest::Response, service: &str) -> Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| http_error(&error, service))? {
        if body.len() + piece.len() > MAX_ANSWER {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Some(body))
}

pub fn unreadable() -> Fail {
    Fail::new("node_error").with("reason", "unreadable answer")
}

/// A name, an address or a hash; what is longer than any honest one is nothing.
pub fn word(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| text.len() <= LONGEST_WORD)
}

/// The 32 bytes of an IOTA digest.
pub fn digest(text: &str) -> Option<[u8; 32]> {
    if text.len() > LONGEST_DIGEST {
        return None;
    }
    bs58::decode(text).into_vec().ok()?.try_into().ok()
}

/// A hexadecimal quantity of an EVM node.
pub fn quantity(value: &Value) -> Option<u128> {
    let text = value.as_str()?.strip_prefix("0x")?;
    u128::from_str_radix(text, 16).ok()
}

/// IOTA nodes write numbers as decimal strings.
pub fn decimal_string(value: &Value) -> Option<i128> {
    value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_i64().map(i128::from))
}
