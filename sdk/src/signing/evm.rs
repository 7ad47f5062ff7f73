//! EIP-1559 transfers of the native coin and of ERC-20 tokens.

use super::{Signed, Transfer, foreign_answer};
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::fee::Bound;
use crate::payment::journal::Evidence;
use crate::rpc::{ALREADY_KNOWN, quantity, unreadable};
use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope};
use alloy_eips::eip2718::{Decodable2718, Encodable2718};
use alloy_primitives::{Address, Bytes, TxKind, U256};
use alloy_signer::SignerSync;
use alloy_signer_local::coins_bip39::English;
use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner};
use etopay_sdk::types::networks::ApiProtocol;
use etopay_wallet::types::GasCostEstimation;
use serde_json::{Value, json};
use std::str::FromStr;

const TRANSFER: &str = "a9059cbb";
const PAST_BLOCKS: &str = "0xa";
const REWARD_PERCENTILE: f64 = 20.0;

/// What the chain is asked to execute.
struct Call {
    to: String,
    value: u128,
    input: String,
}

impl Call {
    fn of(access: &Access, transfer: &Transfer) -> Self {
        match &access.network.protocol {
            // A token transfer has no room for data; the crate leaves it out as well.
            ApiProtocol::EvmERC20 { contract_address, .. } => Self {
                to: contract_address.clone(),
                value: 0,
                input: format!(
                    "{TRANSFER}{:0>64}{:064x}",
                    transfer.to.trim_start_matches("0x").to_lowercase(),
                    transfer.base
                ),
            },
            _ => Self { to: transfer.to.clone(), value: transfer.base, input: hex::encode(&transfer.data) },
        }
    }

    fn request(&self, access: &Access, chain_id: u64) -> Value {
        let mut request = json!({
            "from": access.address.to_lowercase(), "to": self.to.to_lowercase(),
            "value": format!("0x{:x}", self.value), "chainId": format!("0x{chain_id:x}"),
        });
        if !self.input.is_empty() {
            request["input"] = json!(format!("0x{}", self.input));
        }
        request
    }
}

fn chain_id(access: &Access) -> Result<u64> {
    match access.network.protocol {
        ApiProtocol::Evm { chain_id } | ApiProtocol::EvmERC20 { chain_id, .. } => Ok(chain_id),
        ApiProtocol::IotaRebased { .. } => Err(Fail::internal("chain")),
    }
}

pub async fn estimate(access: &Access, transfer: &Transfer) -> Result<GasCostEstimation> {
    let request = Call::of(access, transfer).request(access, chain_id(access)?);
    let gas_limit = access.rpc.number("eth_estimateGas", json!([request, "pending"])).await?;
    let (max_fee_per_gas, max_priority_fee_per_gas) = fees(access).await?;
    Ok(GasCostEstimation { max_fee_per_gas, max_priority_fee_per_gas, gas_limit })
}

/// The crate's bid: twice the base fee of the latest block plus the middle of recent tips.
async fn fees(access: &Access) -> Result<(u128, u128)> {
    let history =
        access.rpc.call("eth_feeHistory", json!([PAST_BLOCKS, "latest", [REWARD_PERCENTILE]])).await?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let bases = list(&history["baseFeePerGas"]);
    let latest = bases.iter().rev().nth(1).and_then(quantity).filter(|base| *base > 0);
    let base = match latest {
        Some(base) => base,
        None => {
            let block = access.rpc.call("eth_getBlockByNumber", json!(["latest", false])).await?;
            quantity(&block["baseFeePerGas"]).ok_or_else(unreadable)?
        }
    };
    let mut tips: Vec<u128> = list(&history["reward"])
        .iter()
        .filter_map(|block| quantity(&block[0]))
        .filter(|tip| *tip > 0)
        .collect();
    tips.sort_unstable();
    let middle = tips.len() / 2;
    let tip = match tips.len() {
        0 => 1,
        count if count % 2 == 0 => tips[middle - 1] / 2 + tips[middle] / 2,
        _ => tips[middle],
    }
    .max(1);
    let bid = base.checked_mul(2).and_then(|double| double.checked_add(tip)).ok_or_else(unreadable)?;
    Ok((bid, tip))
}

fn signer(access: &Access) -> Result<PrivateKeySigner> {
    let phrase = access.open.phrase()?;
    let (coin, account, index) = (access.network.coin_type, access.account, access.index);
    let signer = MnemonicBuilder::<English>::default()
        .phrase(phrase.as_str())
        .derivation_path(format!("m/44'/{coin}'/{account}'/0/{index}"))
        .and_then(|builder| builder.build())
        .map_err(|_| Fail::internal("key"))?;
    // The crate shows the address; what is signed must be from the same key.
    if signer.address().to_string() != access.address {
        return Err(Fail::internal("key"));
    }
    Ok(signer)
}

/// The tip is a part of the price, so that no more can be taken.
fn highest(gas_limit: u64, max_fee_per_gas: u128) -> U256 {
    U256::from(gas_limit).saturating_mul(U256::from(max_fee_per_gas))
}

pub async fn sign(access: &Access, transfer: &Transfer, bound: Bound) -> Result<Evidence> {
    let cost = estimate(access, transfer).await?;
    bound.check(highest(cost.gas_limit, cost.max_fee_per_gas))?;
    let evidence = crate::payment::evm::evidence(access).await?;
    let call = Call::of(access, transfer);
    let transaction = TxEip1559 {
        chain_id: chain_id(access)?,
        nonce: evidence.nonce,
        gas_limit: cost.gas_limit,
        max_fee_per_gas: cost.max_fee_per_gas,
        max_priority_fee_per_gas: cost.max_priority_fee_per_gas,
        to: TxKind::Call(Address::from_str(&call.to).map_err(|_| Fail::new("invalid_address"))?),
        value: U256::from(call.value),
        input: Bytes::from(hex::decode(&call.input).map_err(|_| Fail::internal("input"))?),
        ..TxEip1559::default()
    };
    Ok(Evidence { signed: Some(seal(access, transaction)?), ..evidence })
}

fn seal(access: &Access, transaction: TxEip1559) -> Result<Signed> {
    let signature = signer(access)?
        .sign_hash_sync(&transaction.signature_hash())
        .map_err(|_| Fail::internal("signature"))?;
    let envelope = TxEnvelope::from(transaction.into_signed(signature));
    Ok(Signed {
        tx_id: envelope.tx_hash().to_string(),
        raw: format!("0x{}", hex::encode(envelope.encoded_2718())),
        signature: None,
    })
}

fn read(raw: &str) -> Option<TxEnvelope> {
    let bytes = hex::decode(raw.trim_start_matches("0x")).ok()?;
    TxEnvelope::decode_2718(&mut bytes.as_slice()).ok()
}

pub fn signer_of(raw: &str) -> Option<String> {
    let envelope = read(raw)?;
    let signed = envelope.as_eip1559()?;
    let signer = signed.signature().recover_address_from_prehash(&signed.signature_hash()).ok()?;
    Some(signer.to_string())
}

/// By the same nonce, so that one of the two can be mined and no more.
pub async fn with_higher_fees(
    access: &Access,
    evidence: &Evidence,
    bound: Bound,
) -> Result<Option<Evidence>> {
    let Some(before) = &evidence.signed else { return Ok(None) };
    let (bid, tip) = fees(access).await?;
    let envelope = read(&before.raw).ok_or_else(|| Fail::internal("transaction"))?;
    let mut transaction = envelope.as_eip1559().ok_or_else(|| Fail::internal("transaction"))?.tx().clone();
    if bid <= transaction.max_fee_per_gas {
        return Ok(None);
    }
    bound.check(highest(transaction.gas_limit, bid))?;
    transaction.max_fee_per_gas = bid;
    transaction.max_priority_fee_per_gas = tip.max(transaction.max_priority_fee_per_gas).min(bid);
    let mut dearer = evidence.clone();
    dearer.earlier.push(before.tx_id.clone());
    dearer.signed = Some(seal(access, transaction)?);
    Ok(Some(dearer))
}

pub async fn submit(access: &Access, signed: &Signed) -> Result<()> {
    match access.rpc.call("eth_sendRawTransaction", json!([signed.raw])).await {
        Ok(Value::String(tx_id)) if tx_id.eq_ignore_ascii_case(&signed.tx_id) => Ok(()),
        Ok(_) => Err(foreign_answer()),
        Err(fail) if fail.code == ALREADY_KNOWN => Ok(()),
        Err(fail) => Err(fail),
    }
}

pub async fn is_executed(access: &Access, tx_id: &str) -> Result<bool> {
    Ok(access.rpc.call("eth_getTransactionReceipt", json!([tx_id])).await?.is_object())
}
