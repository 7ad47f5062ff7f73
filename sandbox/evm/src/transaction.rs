//! Signed transactions: reading, making and handing them to the engine.

use std::borrow::Cow;

use alloy_consensus::{
    SignableTransaction, Transaction as _, TxEip1559, TxEnvelope, transaction::SignerRecoverable,
};
use alloy_eips::{
    eip2718::{Decodable2718, Encodable2718},
    eip2930::AccessList,
};
use alloy_primitives::{Address, Bytes, TxKind};
use num_bigint::BigUint;
use pyo3::{pyclass, pymethods};
use revm::context::TxEnv;

use crate::{
    convert,
    error::{EvmError, Result},
    keys,
};

/// A signed legacy, EIP-2930 or EIP-1559 transaction with its recovered sender.
#[pyclass(frozen, module = "etopay_sandbox_evm")]
pub struct Transaction {
    pub envelope: TxEnvelope,
    pub signer: Address,
}

impl Transaction {
    fn new(envelope: TxEnvelope) -> Result<Self> {
        let signer = envelope
            .recover_signer()
            .map_err(|_| EvmError::Undecodable("invalid sender: invalid signature".into()))?;
        Ok(Self { envelope, signer })
    }

    pub fn environment(&self) -> Result<TxEnv> {
        let tx = &self.envelope;
        TxEnv::builder()
            .caller(self.signer)
            .kind(tx.kind())
            .nonce(tx.nonce())
            .gas_limit(tx.gas_limit())
            .value(tx.value())
            .data(tx.input().clone())
            .chain_id(tx.chain_id())
            .gas_price(tx.max_fee_per_gas())
            .gas_priority_fee(tx.max_priority_fee_per_gas())
            .access_list(tx.access_list().cloned().unwrap_or_default())
            .tx_type(Some(tx.tx_type() as u8))
            .build()
            .map_err(|error| EvmError::Refused(format!("{error:?}")))
    }
}

#[pymethods]
impl Transaction {
    /// Reads a raw transaction; nothing may follow it.
    #[staticmethod]
    fn decode(raw: &[u8]) -> Result<Self> {
        let mut rest = raw;
        let envelope = TxEnvelope::decode_2718(&mut rest)
            .map_err(|error| EvmError::Undecodable(error.to_string()))?;
        if !rest.is_empty() {
            return Err(EvmError::Undecodable(
                "rlp: input contains more than one value".into(),
            ));
        }
        if envelope.is_eip4844() || envelope.is_eip7702() {
            return Err(EvmError::Undecodable(
                "transaction type not supported".into(),
            ));
        }
        Self::new(envelope)
    }

    /// Makes and signs an EIP-1559 transaction; without `to` it creates a contract.
    #[staticmethod]
    #[pyo3(signature = (*, key, chain_id, nonce, to, value, data, gas_limit, max_fee_per_gas, max_priority_fee_per_gas))]
    #[allow(clippy::too_many_arguments)]
    fn sign(
        key: &[u8],
        chain_id: u64,
        nonce: u64,
        to: Option<&str>,
        value: BigUint,
        data: &[u8],
        gas_limit: u64,
        max_fee_per_gas: u128,
        max_priority_fee_per_gas: u128,
    ) -> Result<Self> {
        let kind = match to {
            Some(text) => TxKind::Call(convert::address(text)?),
            None => TxKind::Create,
        };
        let unsigned = TxEip1559 {
            chain_id,
            nonce,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to: kind,
            value: convert::word(&value)?,
            access_list: AccessList::default(),
            input: Bytes::copy_from_slice(data),
        };
        let signature = keys::sign(key, unsigned.signature_hash())?;
        Self::new(TxEnvelope::Eip1559(unsigned.into_signed(signature)))
    }

    fn encode(&self) -> Cow<'static, [u8]> {
        Cow::Owned(self.envelope.encoded_2718())
    }

    #[getter]
    fn hash(&self) -> String {
        self.envelope.tx_hash().to_string()
    }

    #[getter]
    fn sender(&self) -> String {
        convert::lower(self.signer)
    }

    #[getter]
    fn to(&self) -> Option<String> {
        self.envelope.to().map(convert::lower)
    }

    /// Where the contract goes that this transaction creates, even if it fails there.
    #[getter]
    fn created_address(&self) -> Option<String> {
        let creates = self.envelope.is_create();
        creates.then(|| convert::lower(self.signer.create(self.envelope.nonce())))
    }

    #[getter]
    fn transaction_type(&self) -> u8 {
        self.envelope.tx_type() as u8
    }

    #[getter]
    fn chain_id(&self) -> Option<u64> {
        self.envelope.chain_id()
    }

    #[getter]
    fn nonce(&self) -> u64 {
        self.envelope.nonce()
    }

    #[getter]
    fn gas_limit(&self) -> u64 {
        self.envelope.gas_limit()
    }

    #[getter]
    fn value(&self) -> BigUint {
        convert::number(self.envelope.value())
    }

    #[getter]
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.envelope.input())
    }

    /// Highest price per gas; of a legacy transaction its gas price.
    #[getter]
    fn max_fee_per_gas(&self) -> u128 {
        self.envelope.max_fee_per_gas()
    }

    #[getter]
    fn max_priority_fee_per_gas(&self) -> Option<u128> {
        self.envelope.max_priority_fee_per_gas()
    }

    /// Pairs of address and storage keys; None for a legacy transaction.
    #[getter]
    fn access_list(&self) -> Option<Vec<(String, Vec<String>)>> {
        self.envelope.access_list().map(|list| {
            list.iter()
                .map(|item| {
                    let keys = item.storage_keys.iter().map(ToString::to_string).collect();
                    (convert::lower(item.address), keys)
                })
                .collect()
        })
    }

    #[getter]
    fn r(&self) -> BigUint {
        convert::number(self.envelope.signature().r())
    }

    #[getter]
    fn s(&self) -> BigUint {
        convert::number(self.envelope.signature().s())
    }

    #[getter]
    fn y_parity(&self) -> bool {
        self.envelope.signature().v()
    }

    /// Most that the transaction can cost its sender, in wei.
    #[getter]
    pub fn cost(&self) -> BigUint {
        BigUint::from(self.envelope.gas_limit()) * BigUint::from(self.envelope.max_fee_per_gas())
            + self.value()
    }

    /// Price per gas that the sender pays in a block with this base fee.
    fn effective_gas_price(&self, base_fee: u64) -> u128 {
        self.envelope.effective_gas_price(Some(base_fee))
    }

    fn __repr__(&self) -> String {
        format!("Transaction({})", self.envelope.tx_hash())
    }
}
