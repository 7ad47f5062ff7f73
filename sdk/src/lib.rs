//! Native half of `etopay_sdk`: the ETOPay SDK crate, a sealed vault, and payments that happen once.

mod address;
mod amount;
mod backend;
mod backup;
mod balance;
mod chain;
mod client;
mod config;
mod core;
mod error;
mod fee;
mod feed;
mod history;
mod kyc;
mod logging;
mod mnemonic;
mod network;
mod payment;
mod personal;
mod pin;
mod refusal;
mod rpc;
mod runtime;
mod shares;
mod signing;
mod store;
mod swap;
mod transport;
mod turn;
mod user;
mod vault;
mod wallet;

use pyo3::prelude::*;

/// Registers the functions and classes Python sees.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    logging::install();
    runtime::install_panic_hook();
    module.add_class::<client::Client>()?;
    module.add_class::<client::services::Services>()?;
    module.add_class::<runtime::Job>()?;
    module.add_function(wrap_pyfunction!(runtime::shutdown, module)?)?;
    module.add_function(wrap_pyfunction!(logging::take_log_lines, module)?)?;
    module.add_function(wrap_pyfunction!(client::check_mnemonic, module)?)?;
    module.add_function(wrap_pyfunction!(client::mnemonic_words, module)?)?;
    module.add_function(wrap_pyfunction!(client::password_strength, module)?)?;
    module.add_function(wrap_pyfunction!(client::build_info, module)?)?;
    Ok(())
}
