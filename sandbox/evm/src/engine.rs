//! The world state and its execution by revm.

use std::borrow::Cow;

use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, Bytes, TxKind, U256};
use num_bigint::BigUint;
use pyo3::{PyRef, Python, pyclass, pymethods};
use revm::{
    Context, DatabaseCommit, DatabaseRef, ExecuteEvm, MainBuilder, MainContext,
    context::{BlockEnv, CfgEnv, TxEnv, result::EVMError},
    database::{CacheDB, EmptyDB},
    primitives::hardfork::SpecId,
    state::{AccountInfo, Bytecode},
};

use crate::{
    admission,
    block::BlockContext,
    convert,
    error::{EvmError, Result},
    outcome::Outcome,
    transaction::Transaction,
};

/// All accounts of one chain, in memory; whoever owns it stores the changes.
#[pyclass(module = "etopay_sandbox_evm")]
pub struct Engine {
    state: CacheDB<EmptyDB>,
    config: CfgEnv,
}

impl Engine {
    fn account(&self, address: Address) -> Result<AccountInfo> {
        let found = self.state.basic_ref(address);
        Ok(found.map_err(database)?.unwrap_or_default())
    }

    /// Runs a transaction on the present state and leaves that as it is.
    fn run(&mut self, transaction: TxEnv, block: BlockEnv) -> Result<Outcome> {
        let caller = transaction.caller;
        let max_fee = transaction.gas_price;
        let base_fee = block.basefee;
        let mut evm = Context::mainnet()
            .with_db(&mut self.state)
            .with_cfg(self.config.clone())
            .with_block(block)
            .build_mainnet();
        match evm.transact(transaction) {
            Ok(done) => Ok(Outcome {
                result: done.result,
                state: done.state,
            }),
            Err(EVMError::Transaction(reason)) => Err(EvmError::Refused(admission::wording(
                &reason, caller, max_fee, base_fee,
            ))),
            Err(other) => Err(EvmError::Refused(other.to_string())),
        }
    }
}

#[pymethods]
impl Engine {
    #[new]
    fn new(chain_id: u64) -> Self {
        let mut config = CfgEnv::new_with_spec(SpecId::PRAGUE);
        config.chain_id = chain_id;
        Self {
            state: CacheDB::new(EmptyDB::new()),
            config,
        }
    }

    /// Puts a stored account in; its storage follows by `set_storage`.
    #[pyo3(signature = (address, balance, nonce, code=None))]
    fn set_account(
        &mut self,
        address: &str,
        balance: BigUint,
        nonce: u64,
        code: Option<&[u8]>,
    ) -> Result<()> {
        let mut account = AccountInfo {
            balance: convert::word(&balance)?,
            nonce,
            ..Default::default()
        };
        if let Some(bytes) = code {
            let bytecode = Bytecode::new_raw(Bytes::copy_from_slice(bytes));
            account.code_hash = bytecode.hash_slow();
            account.code = Some(bytecode);
        }
        self.state
            .insert_account_info(convert::address(address)?, account);
        Ok(())
    }

    fn set_storage(&mut self, address: &str, slot: BigUint, value: BigUint) -> Result<()> {
        let (slot, value) = (convert::word(&slot)?, convert::word(&value)?);
        self.state
            .insert_account_storage(convert::address(address)?, slot, value)
            .map_err(database)
    }

    /// Makes the hash of a past block known to the BLOCKHASH instruction.
    fn set_block_hash(&mut self, number: u64, block_hash: &str) -> Result<()> {
        let hash = convert::hash(block_hash)?;
        self.state
            .cache
            .block_hashes
            .insert(U256::from(number), hash);
        Ok(())
    }

    fn balance(&self, address: &str) -> Result<BigUint> {
        Ok(convert::number(
            self.account(convert::address(address)?)?.balance,
        ))
    }

    fn nonce(&self, address: &str) -> Result<u64> {
        Ok(self.account(convert::address(address)?)?.nonce)
    }

    fn code(&self, address: &str) -> Result<Cow<'static, [u8]>> {
        let account = self.account(convert::address(address)?)?;
        let code = match account.code {
            Some(code) => code,
            None => self
                .state
                .code_by_hash_ref(account.code_hash)
                .map_err(database)?,
        };
        Ok(Cow::Owned(code.original_byte_slice().to_vec()))
    }

    fn storage(&self, address: &str, slot: BigUint) -> Result<BigUint> {
        let value = self
            .state
            .storage_ref(convert::address(address)?, convert::word(&slot)?)
            .map_err(database)?;
        Ok(convert::number(value))
    }

    /// Refuses what geth would refuse at its door; `next_nonce` and `reserved` (wei) count what waits.
    #[pyo3(signature = (transaction, block, *, next_nonce, reserved))]
    fn admit(
        &self,
        transaction: PyRef<'_, Transaction>,
        block: PyRef<'_, BlockContext>,
        next_nonce: u64,
        reserved: BigUint,
    ) -> Result<()> {
        let sender = self.account(transaction.signer)?;
        admission::check(&self.config, &transaction, &block)?;
        admission::check_sender(&transaction, &sender, next_nonce, &reserved)
    }

    /// Executes a transaction and keeps its changes.
    fn execute(
        &mut self,
        py: Python<'_>,
        transaction: PyRef<'_, Transaction>,
        block: PyRef<'_, BlockContext>,
    ) -> Result<Outcome> {
        let (environment, block) = (transaction.environment()?, block.environment());
        if transaction.envelope.chain_id() != Some(self.config.chain_id) {
            return Err(EvmError::Refused("invalid chain id for signer".into()));
        }
        let outcome = py.detach(|| self.run(environment, block))?;
        self.state.commit(outcome.state.clone());
        Ok(outcome)
    }

    /// Executes a message without fees and forgets its changes.
    #[pyo3(signature = (*, sender, to, data, value, gas_limit, block))]
    #[allow(clippy::too_many_arguments)]
    fn call(
        &mut self,
        py: Python<'_>,
        sender: &str,
        to: Option<&str>,
        data: &[u8],
        value: BigUint,
        gas_limit: u64,
        block: PyRef<'_, BlockContext>,
    ) -> Result<Outcome> {
        let caller = convert::address(sender)?;
        let kind = match to {
            Some(text) => TxKind::Call(convert::address(text)?),
            None => TxKind::Create,
        };
        let message = TxEnv::builder()
            .caller(caller)
            .kind(kind)
            .nonce(self.account(caller)?.nonce)
            .gas_limit(gas_limit)
            .value(convert::word(&value)?)
            .data(Bytes::copy_from_slice(data))
            .chain_id(Some(self.config.chain_id))
            .gas_price(0)
            .build()
            .map_err(|error| EvmError::Refused(format!("{error:?}")))?;
        let free = BlockEnv {
            basefee: 0,
            ..block.environment()
        };
        py.detach(|| self.run(message, free))
    }
}

fn database<E: std::fmt::Display>(error: E) -> EvmError {
    EvmError::Refused(format!("state is not readable: {error}"))
}
