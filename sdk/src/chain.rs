//! A wallet on one network. The crate derives its address, anew for every call; nodes are only asked here, by `Rpc`:
//! the crate's own clients take any answer, however large, and spend minutes on a long base58 string.

use crate::address;
use crate::amount;
use crate::balance;
use crate::core::{Core, Open};
use crate::error::Result;
use crate::mnemonic;
use crate::pin;
use crate::rpc::Rpc;
use crate::runtime::background;
use crate::signing::{self, Transfer};
use etopay_sdk::types::networks::{ApiNetwork, ApiProtocol};
use etopay_wallet::{
    MnemonicDerivationOption, WalletImplEvm, WalletImplEvmErc20, WalletImplIotaRebased, WalletUser,
};
use rust_decimal::Decimal;
use serde_json::json;
use std::sync::Arc;

/// A wallet on one network, after the PIN was checked.
pub struct Access {
    pub open: Open,
    pub network: ApiNetwork,
    pub address: String,
    pub account: u32,
    pub index: u32,
    pub rpc: Rpc,
    /// Holds where a payment names no limit.
    pub max_evm_fee: Decimal,
}

impl Access {
    /// History and scans belong to one address on one network.
    pub fn history_key(&self) -> String {
        history_key(&self.network.key, self.account, self.index)
    }
}

pub fn history_key(network: &str, account: u32, index: u32) -> String {
    format!("{network}|{account}|{index}")
}

async fn derive(network: &ApiNetwork, phrase: &str, account: u32, index: u32) -> Result<String> {
    let options = MnemonicDerivationOption { account, index };
    let words = mnemonic::parse(phrase)?;
    let (nodes, decimals, coin) = (&network.node_urls, network.decimals, network.coin_type);
    let wallet: Box<dyn WalletUser + Send + Sync> = match &network.protocol {
        ApiProtocol::Evm { chain_id } => {
            Box::new(WalletImplEvm::new(words, nodes, *chain_id, decimals, coin, &options)?)
        }
        ApiProtocol::EvmERC20 { chain_id, contract_address } => Box::new(WalletImplEvmErc20::new(
            words,
            nodes,
            *chain_id,
            decimals,
            coin,
            contract_address,
            &options,
        )?),
        ApiProtocol::IotaRebased { coin_type } => {
            Box::new(WalletImplIotaRebased::new(words, coin_type, decimals, nodes, &options).await?)
        }
    };
    Ok(wallet.get_address().await?)
}

/// Access for work that was authorised before, such as settling a payment.
pub async fn reopen(
    core: &Core,
    open: &Open,
    network: ApiNetwork,
    account: u32,
    index: u32,
) -> Result<Access> {
    crate::network::check(&network, &core.settings)?;
    let phrase = open.phrase()?;
    let address = derive(&network, &phrase, account, index).await?;
    at(core, open, network, address, (account, index))
}

/// Access by an address that is known: also to one whose wallet is not here any more.
pub fn at(
    core: &Core,
    open: &Open,
    network: ApiNetwork,
    address: String,
    (account, index): (u32, u32),
) -> Result<Access> {
    crate::network::check(&network, &core.settings)?;
    let rpc = Rpc::new(&core.http, &network.node_urls[0], core.read_timeout());
    let max_evm_fee = core.settings.max_evm_fee;
    Ok(Access { open: open.clone(), network, address, account, index, rpc, max_evm_fee })
}

pub async fn access(core: &Arc<Core>, given: &str, key: Option<&str>) -> Result<Access> {
    let open = pin::authorize(core, given).await?;
    let network = core.network(key).await?;
    let (account, index) = open.read(|payload| (payload.account, payload.index))?;
    reopen(core, &open, network, account, index).await
}

/// The address is derived here and works offline; telling the backend happens beside it.
pub async fn address(core: &Arc<Core>, given: &str, key: Option<&str>) -> Result<String> {
    let access = access(core, given, key).await?;
    if access.network.can_do_purchases && core.token_of(&access.open).await.is_ok() {
        let (core, network) = (core.clone(), access.network.clone());
        background(async move {
            let told = core.within(async {
                let shared = core.sdk()?;
                let mut sdk = shared.lock().await;
                crate::feed::select(&mut sdk, &network).await?;
                Ok(sdk.generate_new_address(&crate::feed::inner_pin()?).await?)
            });
            if let Err(fail) = told.await {
                log::warn!("the backend could not be told the address: {}", fail.code);
            }
        });
    }
    Ok(access.address)
}

pub async fn balance(core: &Arc<Core>, given: &str, key: Option<&str>) -> Result<String> {
    let access = access(core, given, key).await?;
    let found = core.within(balance::base_units(&access)).await?;
    Ok(balance::in_main_units(found, access.network.decimals))
}

pub async fn estimate(
    core: &Arc<Core>,
    given: &str,
    to: &str,
    value: &str,
    data: Option<Vec<u8>>,
    key: Option<&str>,
) -> Result<String> {
    let access = access(core, given, key).await?;
    address::check(to, &access.network)?;
    let value = amount::parse(value, &access.network)?;
    let transfer = Transfer::new(&access, to, value.inner(), data)?;
    let found = core.within(signing::estimate(&access, &transfer)).await?;
    Ok(json!({
        "max_fee_per_gas": found.max_fee_per_gas.to_string(),
        "max_priority_fee_per_gas": found.max_priority_fee_per_gas.to_string(),
        "gas_limit": found.gas_limit,
    })
    .to_string())
}
