//! Blocks: the environment of an execution and the sealed header with its real hash.

use std::borrow::Cow;

use alloy_consensus::{
    Block, BlockBody, EMPTY_OMMER_ROOT_HASH, Header, Receipt, ReceiptEnvelope, ReceiptWithBloom,
    TxEnvelope, TxType,
    constants::EMPTY_WITHDRAWALS,
    proofs::{calculate_receipt_root, calculate_transaction_root},
};
use alloy_eips::eip7685::EMPTY_REQUESTS_HASH;
use alloy_primitives::{Address, B256, Bloom, U256, keccak256};
use pyo3::{Py, Python, pyclass, pymethods};
use revm::context::BlockEnv;

use crate::{convert, error::Result, outcome::Outcome, transaction::Transaction};

/// What a transaction sees of the block that holds it.
#[pyclass(frozen, module = "etopay_sandbox_evm")]
pub struct BlockContext {
    pub number: u64,
    pub timestamp: u64,
    pub base_fee: u64,
    pub gas_limit: u64,
    pub parent_hash: B256,
    pub beneficiary: Address,
}

impl BlockContext {
    /// Nobody draws lots here, so the randomness follows from the parent.
    fn randomness(&self) -> B256 {
        keccak256([self.parent_hash.as_slice(), &self.number.to_be_bytes()].concat())
    }

    pub fn environment(&self) -> BlockEnv {
        BlockEnv {
            number: U256::from(self.number),
            timestamp: U256::from(self.timestamp),
            basefee: self.base_fee,
            gas_limit: self.gas_limit,
            beneficiary: self.beneficiary,
            prevrandao: Some(self.randomness()),
            ..Default::default()
        }
    }
}

#[pymethods]
impl BlockContext {
    #[new]
    #[pyo3(signature = (*, number, timestamp, base_fee, gas_limit, parent_hash, beneficiary))]
    fn new(
        number: u64,
        timestamp: u64,
        base_fee: u64,
        gas_limit: u64,
        parent_hash: &str,
        beneficiary: &str,
    ) -> Result<Self> {
        Ok(Self {
            number,
            timestamp,
            base_fee,
            gas_limit,
            parent_hash: convert::hash(parent_hash)?,
            beneficiary: convert::address(beneficiary)?,
        })
    }

    /// Seals the block over what was executed in it.
    ///
    /// Hash, transactions root, receipts root and bloom are those of Ethereum. The state root is a
    /// running commitment to the changes, not the root of the account trie.
    fn seal(
        &self,
        py: Python<'_>,
        parent_state_root: &str,
        executed: Vec<(Py<Transaction>, Py<Outcome>)>,
    ) -> Result<SealedBlock> {
        let mut cumulative = 0;
        let mut bloom = Bloom::default();
        let mut commitment = convert::hash(parent_state_root)?.to_vec();
        let mut envelopes: Vec<TxEnvelope> = Vec::with_capacity(executed.len());
        let mut receipts = Vec::with_capacity(executed.len());
        for (transaction, outcome) in &executed {
            let (transaction, outcome) = (transaction.bind(py).get(), outcome.bind(py).get());
            cumulative += outcome.result.tx_gas_used();
            bloom |= outcome.bloom();
            commit(outcome, &mut commitment);
            receipts.push(receipt(transaction.envelope.tx_type(), outcome, cumulative));
            envelopes.push(transaction.envelope.clone());
        }
        let header = Header {
            parent_hash: self.parent_hash,
            ommers_hash: EMPTY_OMMER_ROOT_HASH,
            beneficiary: self.beneficiary,
            state_root: keccak256(&commitment),
            transactions_root: calculate_transaction_root(&envelopes),
            receipts_root: calculate_receipt_root(&receipts),
            logs_bloom: bloom,
            number: self.number,
            gas_limit: self.gas_limit,
            gas_used: cumulative,
            timestamp: self.timestamp,
            mix_hash: self.randomness(),
            base_fee_per_gas: Some(self.base_fee),
            withdrawals_root: Some(EMPTY_WITHDRAWALS),
            blob_gas_used: Some(0),
            excess_blob_gas: Some(0),
            parent_beacon_block_root: Some(B256::ZERO),
            requests_hash: Some(EMPTY_REQUESTS_HASH),
            ..Default::default()
        };
        Ok(SealedBlock::new(header, envelopes))
    }
}

/// The parts of a sealed block that follow from its content.
#[pyclass(frozen, get_all, module = "etopay_sandbox_evm")]
pub struct SealedBlock {
    hash: String,
    state_root: String,
    transactions_root: String,
    receipts_root: String,
    withdrawals_root: String,
    requests_hash: String,
    ommers_hash: String,
    mix_hash: String,
    logs_bloom: Cow<'static, [u8]>,
    gas_used: u64,
    size: usize,
}

impl SealedBlock {
    fn new(header: Header, transactions: Vec<TxEnvelope>) -> Self {
        let hash = header.hash_slow().to_string();
        let parts = Self {
            hash,
            state_root: header.state_root.to_string(),
            transactions_root: header.transactions_root.to_string(),
            receipts_root: header.receipts_root.to_string(),
            withdrawals_root: EMPTY_WITHDRAWALS.to_string(),
            requests_hash: EMPTY_REQUESTS_HASH.to_string(),
            ommers_hash: header.ommers_hash.to_string(),
            mix_hash: header.mix_hash.to_string(),
            logs_bloom: Cow::Owned(header.logs_bloom.to_vec()),
            gas_used: header.gas_used,
            size: 0,
        };
        let body = BlockBody {
            transactions,
            ommers: Vec::new(),
            withdrawals: Some(Vec::new().into()),
        };
        let size = Block::rlp_length_for(&header, &body);
        Self { size, ..parts }
    }
}

fn receipt(kind: TxType, outcome: &Outcome, cumulative: u64) -> ReceiptEnvelope {
    let inner = ReceiptWithBloom {
        receipt: Receipt {
            status: outcome.result.is_success().into(),
            cumulative_gas_used: cumulative,
            logs: outcome.emitted().to_vec(),
        },
        logs_bloom: outcome.bloom(),
    };
    match kind {
        TxType::Legacy => ReceiptEnvelope::Legacy(inner),
        TxType::Eip2930 => ReceiptEnvelope::Eip2930(inner),
        TxType::Eip1559 => ReceiptEnvelope::Eip1559(inner),
        TxType::Eip4844 => ReceiptEnvelope::Eip4844(inner),
        TxType::Eip7702 => ReceiptEnvelope::Eip7702(inner),
    }
}

fn commit(outcome: &Outcome, commitment: &mut Vec<u8>) {
    for (address, account) in outcome.touched() {
        commitment.extend_from_slice(address.as_slice());
        commitment.extend_from_slice(&account.info.balance.to_be_bytes::<32>());
        commitment.extend_from_slice(&account.info.nonce.to_be_bytes());
        commitment.extend_from_slice(account.info.code_hash.as_slice());
        commitment.push(u8::from(account.is_selfdestructed()));
        let mut slots: Vec<_> = account
            .storage
            .iter()
            .filter(|(_, slot)| slot.is_changed())
            .collect();
        slots.sort_by_key(|(key, _)| **key);
        for (key, slot) in slots {
            commitment.extend_from_slice(&key.to_be_bytes::<32>());
            commitment.extend_from_slice(&slot.present_value.to_be_bytes::<32>());
        }
    }
}
