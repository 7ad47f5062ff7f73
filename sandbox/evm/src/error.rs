//! Errors of the extension and the Python exceptions they become.

use pyo3::{PyErr, create_exception, exceptions::PyValueError};
use thiserror::Error;

create_exception!(
    etopay_sandbox_evm,
    DecodeError,
    PyValueError,
    "Bytes that are no signed transaction of a supported type."
);
create_exception!(
    etopay_sandbox_evm,
    RefusedError,
    PyValueError,
    "A transaction that the chain's rules do not let in; the text is what geth would say."
);

/// Everything that can go wrong in here.
#[derive(Debug, Error)]
pub enum EvmError {
    /// An argument from Python has the wrong form.
    #[error("{what} must be {expected}.")]
    Argument {
        what: &'static str,
        expected: &'static str,
    },
    /// The raw transaction cannot be read.
    #[error("{0}")]
    Undecodable(String),
    /// The transaction may not enter a block.
    #[error("{0}")]
    Refused(String),
}

impl EvmError {
    pub fn argument(what: &'static str, expected: &'static str) -> Self {
        Self::Argument { what, expected }
    }
}

impl From<EvmError> for PyErr {
    fn from(error: EvmError) -> Self {
        let text = error.to_string();
        match error {
            EvmError::Argument { .. } => PyValueError::new_err(text),
            EvmError::Undecodable(_) => DecodeError::new_err(text),
            EvmError::Refused(_) => RefusedError::new_err(text),
        }
    }
}

/// Result with this crate's error.
pub type Result<T> = std::result::Result<T, EvmError>;
