//! Transfers on IOTA Rebased: the layout and the choice of coins are the crate's.

use super::{Signed, Transfer, foreign_answer};
use crate::chain::Access;
use crate::error::{Fail, Result};
use crate::fee::Bound;
use crate::mnemonic;
use crate::payment::iota::{Coin, Coins};
use crate::payment::journal::Evidence;
use crate::rpc::{decimal_string, unreadable};
use alloy_primitives::U256;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use blake2::Blake2b;
use blake2::digest::Digest;
use blake2::digest::consts::U32;
use ed25519_consensus::SigningKey;
use etopay_wallet::bip39::Seed;
use etopay_wallet::types::GasCostEstimation;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// The chain takes no more for a transaction, whatever price a node names.
const BUDGET: u64 = 5_000_000;
const PURPOSE: [u32; 2] = [44, 4218];
/// A command of a transaction takes at most 512 arguments, so many coins are never merged at once.
const MOST_PAGES: usize = 10;

fn insufficient() -> Fail {
    Fail::new("insufficient_funds")
}

/// The coin that pays, and the coins that are merged into it.
struct Choice {
    gas: Coin,
    merged: Vec<Coin>,
}

impl Choice {
    /// One coin that covers amount and budget, else coins in the order the crate takes them.
    fn from(mut coins: Vec<Coin>, amount: u64) -> Result<Self> {
        let needed = amount.checked_add(BUDGET).ok_or_else(insufficient)?;
        if let Some(gas) = coins.iter().find(|coin| coin.balance > needed) {
            return Ok(Self { gas: gas.clone(), merged: Vec::new() });
        }
        let place = coins.iter().position(|coin| coin.balance >= BUDGET).ok_or_else(insufficient)?;
        let gas = coins.swap_remove(place);
        let (mut total, mut merged) = (gas.balance, Vec::new());
        for coin in coins {
            if total >= needed {
                break;
            }
            total = total.saturating_add(coin.balance);
            merged.push(coin);
        }
        if total >= needed { Ok(Self { gas, merged }) } else { Err(insufficient()) }
    }

    fn inputs(&self) -> Vec<(String, u64)> {
        std::iter::once(&self.gas).chain(&self.merged).map(|coin| (coin.id.clone(), coin.version)).collect()
    }
}

fn address(text: &str) -> Result<[u8; 32]> {
    let bytes = hex::decode(text.trim_start_matches("0x")).map_err(|_| Fail::new("invalid_address"))?;
    bytes.try_into().map_err(|_| Fail::new("invalid_address"))
}

/// Object id, version, digest.
fn reference(coin: &Coin) -> Result<Vec<u8>> {
    let mut bytes = address(&coin.id).map_err(|_| unreadable())?.to_vec();
    let digest = crate::rpc::digest(&coin.digest).ok_or_else(unreadable)?;
    bytes.extend(coin.version.to_le_bytes());
    bytes.push(32);
    bytes.extend(digest);
    Ok(bytes)
}

fn length(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn input_number(place: usize) -> Result<[u8; 2]> {
    u16::try_from(place).map(u16::to_le_bytes).map_err(|_| unreadable())
}

/// BCS: programmable transaction, sender, gas, no expiration.
fn encode(sender: &str, to: &str, amount: u64, price: u64, choice: &Choice) -> Result<Vec<u8>> {
    let (sender, merged) = (address(sender)?, choice.merged.len());
    let mut bytes = vec![0, 0];
    length(&mut bytes, merged + 2);
    for coin in &choice.merged {
        bytes.extend([1, 0]);
        bytes.extend(reference(coin)?);
    }
    bytes.extend([0, 8]);
    bytes.extend(amount.to_le_bytes());
    bytes.extend([0, 32]);
    bytes.extend(address(to)?);

    bytes.push(if merged == 0 { 2 } else { 3 });
    if merged > 0 {
        bytes.extend([3, 0]);
        length(&mut bytes, merged);
        for place in 0..merged {
            bytes.push(1);
            bytes.extend(input_number(place)?);
        }
    }
    bytes.extend([2, 0, 1, 1]);
    bytes.extend(input_number(merged)?);
    bytes.extend([1, 1, 3]);
    bytes.extend(input_number(usize::from(merged > 0))?);
    bytes.extend([0, 0, 1]);
    bytes.extend(input_number(merged + 1)?);

    bytes.extend(sender);
    bytes.push(1);
    bytes.extend(reference(&choice.gas)?);
    bytes.extend(sender);
    bytes.extend(price.to_le_bytes());
    bytes.extend(BUDGET.to_le_bytes());
    bytes.push(0);
    Ok(bytes)
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Blake2b::<U32>::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

fn key(access: &Access) -> Result<Zeroizing<SigningKey>> {
    let phrase = mnemonic::parse(&access.open.phrase()?)?;
    let seed = Seed::new(&phrase, "");
    let path = [PURPOSE[0], PURPOSE[1], access.account, 0, access.index];
    let secret = Zeroizing::new(slip10_ed25519::derive_ed25519_private_key(seed.as_bytes(), &path));
    let key = Zeroizing::new(SigningKey::from(*secret));
    // The crate shows the address; what is signed must be from the same key.
    let address = hash(&[key.verification_key().as_ref()]);
    if format!("0x{}", hex::encode(address)) != access.address.to_lowercase() {
        return Err(Fail::internal("key"));
    }
    Ok(key)
}

/// The key is at the end of the signature, behind the scheme and 64 bytes.
pub fn signer_of(signature: &str) -> Option<String> {
    let bytes = STANDARD.decode(signature).ok()?;
    let key = bytes.get(65..).filter(|key| bytes[0] == 0 && key.len() == 32)?;
    Some(format!("0x{}", hex::encode(hash(&[key]))))
}

/// From the first page where that will do, as in the crate; many small coins take some pages more.
async fn choose(access: &Access, amount: u64) -> Result<Choice> {
    let (mut coins, mut pages) = (Vec::new(), Coins::of(access));
    for _ in 0..MOST_PAGES {
        let Some(page) = pages.next().await? else { break };
        coins.extend(page);
        if let Ok(choice) = Choice::from(coins.clone(), amount) {
            return Ok(choice);
        }
    }
    Err(insufficient())
}

async fn build(access: &Access, transfer: &Transfer) -> Result<(Vec<u8>, Choice)> {
    let amount = u64::try_from(transfer.base).map_err(|_| Fail::new("invalid_amount"))?;
    let choice = choose(access, amount).await?;
    let price = access.rpc.call("iotax_getReferenceGasPrice", json!([])).await?;
    let price = decimal_string(&price).and_then(|n| u64::try_from(n).ok()).ok_or_else(unreadable)?;
    Ok((encode(&access.address, &transfer.to, amount, price, &choice)?, choice))
}

/// Computation and storage less the rebate. When a payment merges many coins the rebate is more than the cost;
/// then the payment costs nothing.
pub async fn estimate(access: &Access, transfer: &Transfer) -> Result<GasCostEstimation> {
    let (bytes, _) = build(access, transfer).await?;
    let answer = access.rpc.call("iota_dryRunTransactionBlock", json!([STANDARD.encode(bytes)])).await?;
    let used = &answer["effects"]["gasUsed"];
    let part = |name: &str| decimal_string(&used[name]).filter(|n| (0..1 << 63).contains(n));
    let cost = part("computationCost")
        .zip(part("storageCost"))
        .zip(part("storageRebate"))
        .map(|((computation, storage), rebate)| (computation + storage - rebate).max(0))
        .and_then(|cost| u64::try_from(cost).ok())
        .ok_or_else(unreadable)?;
    Ok(GasCostEstimation { max_fee_per_gas: 0, max_priority_fee_per_gas: 0, gas_limit: cost })
}

pub async fn sign(access: &Access, transfer: &Transfer, bound: Bound) -> Result<Evidence> {
    bound.check(U256::from(BUDGET))?;
    let (bytes, choice) = build(access, transfer).await?;
    let key = key(access)?;
    let mut signature = vec![0u8];
    signature.extend(key.sign(&hash(&[&[0, 0, 0], &bytes])).to_bytes());
    signature.extend(key.verification_key().as_ref());
    let signed = Signed {
        tx_id: bs58::encode(hash(&[b"TransactionData::", &bytes])).into_string(),
        raw: STANDARD.encode(&bytes),
        signature: Some(STANDARD.encode(signature)),
    };
    Ok(Evidence { inputs: choice.inputs(), signed: Some(signed), ..Evidence::default() })
}

pub async fn submit(access: &Access, signed: &Signed) -> Result<()> {
    let silent = json!({
        "showInput": false, "showRawInput": false, "showEffects": false, "showEvents": false,
        "showObjectChanges": false, "showBalanceChanges": false, "showRawEffects": false,
    });
    let params = json!([signed.raw, [signed.signature], silent, Value::Null]);
    let answer = access.rpc.call("iota_executeTransactionBlock", params).await?;
    if answer["digest"].as_str() == Some(&signed.tx_id) { Ok(()) } else { Err(foreign_answer()) }
}

pub async fn is_executed(access: &Access, tx_id: &str) -> Result<bool> {
    let block = access.rpc.call("iota_getTransactionBlock", json!([tx_id, null])).await?;
    Ok(block["digest"].as_str() == Some(tx_id))
}
