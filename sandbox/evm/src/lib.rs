//! The EVM of the sandbox: revm, transactions and block hashes with a Python face.

mod admission;
mod block;
mod convert;
mod engine;
mod error;
mod keys;
mod outcome;
mod transaction;

use pyo3::prelude::*;

#[pymodule]
fn etopay_sandbox_evm(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("DecodeError", module.py().get_type::<error::DecodeError>())?;
    module.add(
        "RefusedError",
        module.py().get_type::<error::RefusedError>(),
    )?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<transaction::Transaction>()?;
    module.add_class::<outcome::Outcome>()?;
    module.add_class::<outcome::Log>()?;
    module.add_class::<outcome::AccountChange>()?;
    module.add_class::<block::BlockContext>()?;
    module.add_class::<block::SealedBlock>()?;
    module.add_function(wrap_pyfunction!(keys::keccak256, module)?)?;
    module.add_function(wrap_pyfunction!(keys::address_of_key, module)?)?;
    module.add_function(wrap_pyfunction!(keys::checksummed, module)?)?;
    Ok(())
}
