//! The binding's own questions to a node: one JSON-RPC object per request, with a deadline.

use crate::error::{Fail, Result, http_error};
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Rpc {
    http: reqwest::Client,
    url: String,
}

impl Rpc {
    pub fn new(http: &reqwest::Client, url: &str) -> Self {
        Self { http: http.clone(), url: url.to_owned() }
    }

    pub async fn call(&self, method: &str, params: Value) -> Result<Value> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let answer = self.http.post(&self.url).json(&body).send().await;
        let answer = answer.map_err(|error| http_error(&error, "node"))?;
        let status = answer.status();
        let parsed: reqwest::Result<Value> = answer.json().await;
        let mut parsed = match parsed {
            Ok(parsed) => parsed,
            Err(error) if error.is_decode() => {
                return Err(Fail::new("network_error")
                    .with("service", "node")
                    .with("status", status.as_u16()));
            }
            Err(error) => return Err(http_error(&error, "node")),
        };
        if let Some(error) = parsed.get("error").filter(|error| !error.is_null()) {
            let code = error["code"].as_i64().unwrap_or_default();
            let message = error["message"].as_str().unwrap_or_default().to_lowercase();
            if message.contains("insufficient") {
                return Err(Fail::new("insufficient_funds"));
            }
            return Err(Fail::new("node_error").with("rpc_code", code));
        }
        Ok(parsed.get_mut("result").map(Value::take).unwrap_or_default())
    }

    pub async fn number(&self, method: &str, params: Value) -> Result<u64> {
        let value = self.call(method, params).await?;
        quantity(&value).and_then(|n| u64::try_from(n).ok()).ok_or_else(unreadable)
    }
}

pub fn unreadable() -> Fail {
    Fail::new("node_error").with("reason", "unreadable answer")
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
