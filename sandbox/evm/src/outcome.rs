//! What an execution did, in values that Python can store.

use std::borrow::Cow;

use alloy_primitives::{Address, Bloom, Log as EvmLog, logs_bloom};
use num_bigint::BigUint;
use pyo3::{pyclass, pymethods};
use revm::{
    context::result::{ExecutionResult, HaltReason},
    state::{Account, EvmState},
};

use crate::convert;

/// An event that a contract emitted.
#[pyclass(frozen, get_all, module = "etopay_sandbox_evm")]
pub struct Log {
    address: String,
    topics: Vec<String>,
    data: Cow<'static, [u8]>,
}

/// An account as it is after a transaction touched it.
#[pyclass(frozen, get_all, module = "etopay_sandbox_evm")]
pub struct AccountChange {
    address: String,
    balance: BigUint,
    nonce: u64,
    /// Code that the transaction put there.
    code: Option<Cow<'static, [u8]>>,
    /// The slots before this transaction are gone (created anew or self-destructed).
    storage_cleared: bool,
    destroyed: bool,
    storage: Vec<(BigUint, BigUint)>,
}

/// Result of a transaction or a call.
#[pyclass(frozen, module = "etopay_sandbox_evm")]
pub struct Outcome {
    pub result: ExecutionResult,
    pub state: EvmState,
}

impl Outcome {
    pub fn bloom(&self) -> Bloom {
        logs_bloom(self.emitted())
    }

    /// Logs of a success; a revert takes its logs back.
    pub fn emitted(&self) -> &[EvmLog] {
        match &self.result {
            ExecutionResult::Success { logs, .. } => logs,
            _ => &[],
        }
    }

    pub fn touched(&self) -> Vec<(&Address, &Account)> {
        let mut accounts: Vec<_> = self
            .state
            .iter()
            .filter(|(_, account)| account.is_touched())
            .collect();
        accounts.sort_by_key(|(address, _)| **address);
        accounts
    }
}

#[pymethods]
impl Outcome {
    #[getter]
    fn success(&self) -> bool {
        self.result.is_success()
    }

    /// Why it failed: None, "execution reverted" or the reason of a halt, as geth words it.
    #[getter]
    fn failure(&self) -> Option<String> {
        match &self.result {
            ExecutionResult::Success { .. } => None,
            ExecutionResult::Revert { .. } => Some("execution reverted".into()),
            ExecutionResult::Halt { reason, .. } => Some(halt_text(reason)),
        }
    }

    #[getter]
    fn reverted(&self) -> bool {
        matches!(self.result, ExecutionResult::Revert { .. })
    }

    #[getter]
    fn gas_used(&self) -> u64 {
        self.result.tx_gas_used()
    }

    #[getter]
    fn output(&self) -> Cow<'static, [u8]> {
        Cow::Owned(
            self.result
                .output()
                .map(|bytes| bytes.to_vec())
                .unwrap_or_default(),
        )
    }

    #[getter]
    fn logs_bloom(&self) -> Cow<'static, [u8]> {
        Cow::Owned(self.bloom().to_vec())
    }

    #[getter]
    fn logs(&self) -> Vec<Log> {
        self.emitted()
            .iter()
            .map(|log| Log {
                address: convert::lower(log.address),
                topics: log.data.topics().iter().map(ToString::to_string).collect(),
                data: Cow::Owned(log.data.data.to_vec()),
            })
            .collect()
    }

    #[getter]
    fn changes(&self) -> Vec<AccountChange> {
        self.touched()
            .into_iter()
            .map(|(address, account)| change(*address, account))
            .collect()
    }
}

fn change(address: Address, account: &Account) -> AccountChange {
    let destroyed = account.is_selfdestructed();
    let code = account
        .info
        .code
        .as_ref()
        .filter(|code| account.is_created() && !code.is_empty())
        .map(|code| Cow::Owned(code.original_byte_slice().to_vec()));
    let storage = account
        .storage
        .iter()
        .filter(|(_, slot)| slot.is_changed())
        .map(|(key, slot)| (convert::number(*key), convert::number(slot.present_value)))
        .collect();
    AccountChange {
        address: convert::lower(address),
        balance: convert::number(account.info.balance),
        nonce: account.info.nonce,
        code,
        storage_cleared: destroyed || account.is_created(),
        destroyed,
        storage,
    }
}

fn halt_text(reason: &HaltReason) -> String {
    match reason {
        HaltReason::OutOfGas(_) => "out of gas".into(),
        HaltReason::OpcodeNotFound => "invalid opcode".into(),
        HaltReason::InvalidFEOpcode => "invalid opcode: INVALID".into(),
        HaltReason::InvalidJump => "invalid jump destination".into(),
        HaltReason::CreateCollision => "contract address collision".into(),
        other => other.to_string(),
    }
}
