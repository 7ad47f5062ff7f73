//! The rules at the door of the transaction pool, in geth's order and words.

use alloy_consensus::Transaction as _;
use alloy_primitives::Address;
use num_bigint::BigUint;
use revm::{
    context::{CfgEnv, result::InvalidTransaction},
    context_interface::Cfg as _,
    state::AccountInfo,
};

use crate::{
    block::BlockContext,
    convert,
    error::{EvmError, Result},
    transaction::Transaction,
};

const MAX_TRANSACTION_BYTES: usize = 128 * 1024;
const MAX_INITCODE_BYTES: usize = 2 * 24_576;

/// Rules that hang on the transaction and the next block alone.
pub fn check(config: &CfgEnv, transaction: &Transaction, block: &BlockContext) -> Result<()> {
    let tx = &transaction.envelope;
    if tx.eip2718_encoded_length() > MAX_TRANSACTION_BYTES {
        return refuse(format!(
            "oversized data: transaction size {}, limit {MAX_TRANSACTION_BYTES}",
            tx.eip2718_encoded_length()
        ));
    }
    if tx.is_create() && tx.input().len() > MAX_INITCODE_BYTES {
        return refuse(format!(
            "max initcode size exceeded: code size {}, limit {MAX_INITCODE_BYTES}",
            tx.input().len()
        ));
    }
    if tx.gas_limit() > block.gas_limit {
        return refuse("exceeds block gas limit".into());
    }
    let tip = tx.max_priority_fee_per_gas().unwrap_or_default();
    if tip > tx.max_fee_per_gas() {
        return refuse(format!(
            "max priority fee per gas higher than max fee per gas: address {}, \
             maxPriorityFeePerGas: {tip}, maxFeePerGas: {}",
            transaction.signer,
            tx.max_fee_per_gas()
        ));
    }
    check_chain(config, tx.chain_id())?;
    check_gas(config, transaction)?;
    if tx.max_fee_per_gas() < u128::from(block.base_fee) {
        return refuse(low_fee(
            transaction.signer,
            tx.max_fee_per_gas(),
            block.base_fee,
        ));
    }
    Ok(())
}

fn check_chain(config: &CfgEnv, chain_id: Option<u64>) -> Result<()> {
    match chain_id {
        None => refuse("only replay-protected (EIP-155) transactions allowed over RPC".into()),
        Some(id) if id != config.chain_id => refuse(format!(
            "invalid sender: invalid chain id for signer: have {id} want {}",
            config.chain_id
        )),
        Some(_) => Ok(()),
    }
}

fn check_gas(config: &CfgEnv, transaction: &Transaction) -> Result<()> {
    let limit = transaction.envelope.gas_limit();
    let environment = transaction.environment()?;
    let needed = config
        .gas_params()
        .initial_tx_gas_for_tx(&environment, None);
    if limit < needed.initial_total_gas() {
        return refuse(format!(
            "intrinsic gas too low: gas {limit}, minimum needed {}",
            needed.initial_total_gas()
        ));
    }
    if limit < needed.floor_gas() {
        return refuse(format!(
            "insufficient gas for floor data gas cost: gas {limit}, minimum needed {}",
            needed.floor_gas()
        ));
    }
    Ok(())
}

/// Rules that hang on the sender's account and on what of theirs waits already.
pub fn check_sender(
    transaction: &Transaction,
    sender: &AccountInfo,
    next_nonce: u64,
    reserved: &BigUint,
) -> Result<()> {
    let nonce = transaction.envelope.nonce();
    if nonce < next_nonce {
        return refuse(format!(
            "nonce too low: next nonce {next_nonce}, tx nonce {nonce}"
        ));
    }
    if nonce > next_nonce {
        return refuse(format!(
            "nonce too high: next nonce {next_nonce}, tx nonce {nonce}"
        ));
    }
    let balance = convert::number(sender.balance);
    let cost = transaction.cost();
    if balance < &cost + reserved {
        let overshot = &cost + reserved - &balance;
        return refuse(format!(
            "insufficient funds for gas * price + value: balance {balance}, tx cost {cost}, overshot {overshot}"
        ));
    }
    Ok(())
}

/// What geth says where revm gives this reason.
pub fn wording(
    reason: &InvalidTransaction,
    sender: Address,
    max_fee: u128,
    base_fee: u64,
) -> String {
    match reason {
        InvalidTransaction::LackOfFundForMaxFee { fee, balance } => format!(
            "insufficient funds for gas * price + value: address {sender} have {balance} want {fee}"
        ),
        InvalidTransaction::GasPriceLessThanBasefee => low_fee(sender, max_fee, base_fee),
        InvalidTransaction::CallGasCostMoreThanGasLimit {
            initial_gas,
            gas_limit,
        } => format!("intrinsic gas too low: have {gas_limit}, want {initial_gas}"),
        InvalidTransaction::GasFloorMoreThanGasLimit {
            gas_floor,
            gas_limit,
        } => {
            format!("insufficient gas for floor data gas cost: have {gas_limit}, want {gas_floor}")
        }
        InvalidTransaction::NonceTooLow { tx, state } => {
            format!("nonce too low: address {sender}, tx: {tx} state: {state}")
        }
        InvalidTransaction::NonceTooHigh { tx, state } => {
            format!("nonce too high: address {sender}, tx: {tx} state: {state}")
        }
        InvalidTransaction::RejectCallerWithCode => {
            format!("sender not an eoa: address {sender}")
        }
        other => other.to_string(),
    }
}

fn low_fee(sender: Address, max_fee: u128, base_fee: u64) -> String {
    format!(
        "max fee per gas less than block base fee: address {sender}, maxFeePerGas: {max_fee}, baseFee: {base_fee}"
    )
}

fn refuse(reason: String) -> Result<()> {
    Err(EvmError::Refused(reason))
}
