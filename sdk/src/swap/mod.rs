//! Exchange of coins and euros at the exchange service (viviswap).
//!
//! The crate keeps bank account and payment methods for ever once it has seen them. Here every call begins with
//! what the service says now.

pub mod iban;
pub mod withdrawal;

use crate::core::{Core, Open};
use crate::error::{Fail, Result};
use crate::feed;
use crate::kyc::viviswap::{ask, keep};
use crate::pin;
use etopay_sdk::core::Sdk;
use etopay_sdk::types::viviswap::ViviswapAddressDetail;
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;

fn describe(detail: &ViviswapAddressDetail) -> Value {
    json!({"id": detail.id, "address": detail.address, "is_verified": detail.is_verified})
}

/// An object of its own that knows user, wallet, network and how far the service is with the user.
async fn session(core: &Core, open: &Open, network: Option<&str>) -> Result<Sdk> {
    let mut sdk = feed::full(core, open).await?;
    if let Some(key) = network {
        feed::select(&mut sdk, &core.network(Some(key)).await?).await?;
    }
    ask(&mut sdk).await?;
    Ok(sdk)
}

/// Does `work` with such an object, and remembers what came out of it.
async fn with_session<T, F, Fut>(core: &Core, open: &Open, network: Option<&str>, work: F) -> Result<T>
where
    F: FnOnce(Sdk) -> Fut,
    Fut: Future<Output = Result<(Sdk, T)>>,
{
    let (sdk, found) = core.within(async { work(session(core, open, network).await?).await }).await?;
    keep(core, &sdk, Some(open)).await?;
    Ok(found)
}

/// The key of the network a call is about.
async fn key(core: &Core, network: Option<&str>) -> Result<String> {
    Ok(core.network(network).await?.key)
}

pub async fn iban(core: &Core) -> Result<String> {
    let open = core.open().await.ok();
    let (sdk, found) = core
        .within(async {
            let mut sdk = feed::light(core).await?;
            ask(&mut sdk).await?;
            let found = sdk.get_iban_for_viviswap().await?;
            Ok((sdk, found))
        })
        .await?;
    keep(core, &sdk, open.as_ref()).await?;
    Ok(describe(&found).to_string())
}

/// Puts another bank account in place of the one the service knows.
pub async fn update_iban(core: &Arc<Core>, given: &str, text: &str) -> Result<String> {
    let open = pin::authorize(core, given).await?;
    let account = iban::check(text)?;
    let found = with_session(core, &open, None, |mut sdk| async move {
        let found = sdk.update_iban_for_viviswap(&feed::inner_pin()?, account).await?;
        Ok((sdk, found))
    })
    .await?;
    Ok(describe(&found).to_string())
}

/// Tells the service the wallet's address on a network.
pub async fn detail(core: &Arc<Core>, given: &str, network: Option<&str>) -> Result<String> {
    let open = pin::authorize(core, given).await?;
    let key = key(core, network).await?;
    let found = with_session(core, &open, Some(&key), |mut sdk| async move {
        let found = sdk.create_detail_for_viviswap(&feed::inner_pin()?).await?;
        Ok((sdk, found))
    })
    .await?;
    Ok(describe(&found).to_string())
}

/// Says where to transfer euros to; the coins come to the wallet's address.
pub async fn deposit(core: &Arc<Core>, given: &str, network: Option<&str>) -> Result<String> {
    let open = pin::authorize(core, given).await?;
    let key = key(core, network).await?;
    let found = with_session(core, &open, Some(&key), |mut sdk| async move {
        // The crate only looks at what it remembers.
        sdk.get_iban_for_viviswap().await?;
        let found = sdk.create_deposit_with_viviswap(&feed::inner_pin()?).await?;
        Ok((sdk, found))
    })
    .await?;
    Ok(json!({
        "contract_id": found.contract_id, "deposit_address": found.deposit_address, "details": found.details,
    })
    .to_string())
}

/// As the service sent them: the crate cuts the amounts to 32 bits of binary floating point.
pub async fn list(core: &Core, start: u32, limit: u32) -> Result<String> {
    core.username().await?;
    let token = core.token().await?;
    core.within(core.backend(&token).swaps(start, limit)).await
}

pub async fn details(core: &Core, order_id: &str) -> Result<String> {
    core.username().await?;
    if order_id.is_empty() || order_id.len() > 256 {
        return Err(Fail::invalid("order_id", "it has 1 to 256 characters"));
    }
    let token = core.token().await?;
    core.within(core.backend(&token).swap(order_id)).await
}
