//! The classes Python calls. Each method only names the work; the rules are in the other files.

pub mod services;

use crate::chain;
use crate::config::Settings;
use crate::core::Core;
use crate::error::{Fail, Result};
use crate::payment::{self, purchase, send};
use crate::runtime::{Job, Kind, start};
use crate::wallet::{self, Source};
use crate::{history, kyc, mnemonic, network, pin, shares, turn, user};
use pyo3::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use zeroize::Zeroizing;

type Key = Option<String>;

/// Starts the work of calls, and passes on what belongs to them.
#[derive(Clone)]
struct Caller {
    core: Arc<Core>,
    patience: Option<Duration>,
}

impl Caller {
    /// What holds for every call: none after closing, and it knows when it was made.
    fn framed<T>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> impl Future<Output = Result<T>> + Send + 'static
    where
        T: Send + 'static,
    {
        let core = self.core.clone();
        turn::keep(&self.core, self.patience, async move {
            core.check_open()?;
            work.await
        })
    }

    /// A call that only looks: cancelling the awaitable stops it.
    fn read<T, F>(&self, done: Py<PyAny>, work: impl FnOnce(Arc<Core>) -> F) -> PyResult<Job>
    where
        F: Future<Output = Result<T>> + Send + 'static,
        T: Into<crate::runtime::Out> + Send + 'static,
    {
        start(done, Kind::Read, self.framed(work(self.core.clone())))
    }

    /// A call that changes something: it runs to its end whoever waits.
    fn change<T, F>(&self, done: Py<PyAny>, work: impl FnOnce(Arc<Core>) -> F) -> PyResult<Job>
    where
        F: Future<Output = Result<T>> + Send + 'static,
        T: Into<crate::runtime::Out> + Send + 'static,
    {
        start(done, Kind::Detached, self.framed(work(self.core.clone())))
    }

    fn within(&self, seconds: f64) -> Result<Self> {
        let patience = crate::config::seconds("timeout", seconds)
            .map_err(|_| Fail::invalid("timeout", "it must be between 0.05 and 3600 seconds"))?;
        Ok(Self { core: self.core.clone(), patience: Some(patience) })
    }
}

#[pyclass(frozen)]
pub struct Client {
    caller: Caller,
}

fn secret(text: String) -> Zeroizing<String> {
    Zeroizing::new(text)
}

#[pymethods]
impl Client {
    #[new]
    fn new(py: Python<'_>, config: String, device_key: Option<Vec<u8>>) -> PyResult<Self> {
        let core =
            py.detach(|| Settings::parse(&config).and_then(|settings| Core::new(settings, device_key)))?;
        Ok(Self { caller: Caller { core: Arc::new(core), patience: None } })
    }

    /// The same client for calls that may take this many seconds.
    fn within(&self, seconds: f64) -> PyResult<Self> {
        Ok(Self { caller: self.caller.within(seconds)? })
    }

    /// The calls about identity and exchange.
    fn services(&self) -> services::Services {
        services::Services::new(self.caller.clone())
    }

    fn close(&self, done: Py<PyAny>) -> PyResult<Job> {
        let core = self.caller.core.clone();
        start(done, Kind::Detached, async move {
            if core.store.is_at_home() { core.close().await } else { Ok(()) }
        })
    }

    fn list_users(&self, py: Python<'_>) -> PyResult<String> {
        let users =
            py.detach(|| self.caller.core.check_open().and_then(|()| self.caller.core.store.users()))?;
        Ok(Value::Array(users).to_string())
    }

    fn is_unlocked(&self) -> bool {
        self.caller.core.unlocked.load(Ordering::SeqCst)
    }

    // user
    fn refresh_access_token(&self, done: Py<PyAny>, token: Option<String>) -> PyResult<Job> {
        let token = token.map(secret);
        self.caller.change(done, |core| async move { user::refresh_access_token(&core, token).await })
    }

    fn create_new_user(&self, done: Py<PyAny>, username: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { user::create_new_user(&core, &username).await })
    }

    fn init_user(&self, done: Py<PyAny>, username: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { user::init_user(&core, &username).await })
    }

    fn get_user(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { user::get_user(&core).await })
    }

    fn is_kyc_status_verified(&self, done: Py<PyAny>, username: String) -> PyResult<Job> {
        self.caller.read(done, |core| async move { kyc::is_verified(&core, &username).await })
    }

    fn delete_user(&self, done: Py<PyAny>, pin: Option<String>) -> PyResult<Job> {
        let pin = pin.map(secret);
        self.caller.change(done, |core| async move { user::delete_user(&core, pin).await })
    }

    fn forget_user(&self, done: Py<PyAny>, username: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { user::forget_user(&core, &username).await })
    }

    fn get_app_data(&self, done: Py<PyAny>, name: String) -> PyResult<Job> {
        self.caller.read(done, |core| async move { user::get_app_data(&core, &name).await })
    }

    fn set_app_data(&self, done: Py<PyAny>, name: String, value: Option<Vec<u8>>) -> PyResult<Job> {
        self.caller.change(done, |core| async move { user::set_app_data(&core, &name, value).await })
    }

    // PIN and password
    fn unlock(&self, done: Py<PyAny>, pin: String) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move { pin::unlock(&core, &given).await })
    }

    /// From here on calls made before are refused the vault, whenever their turn comes.
    fn lock(&self, done: Py<PyAny>) -> PyResult<Job> {
        let number = self.caller.core.turns.ask_for_lock();
        self.caller.change(done, move |core| async move { pin::lock(&core, number).await })
    }

    fn verify_pin(&self, done: Py<PyAny>, pin: String) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move { pin::unlock(&core, &given).await })
    }

    fn change_pin(&self, done: Py<PyAny>, old: String, new: String) -> PyResult<Job> {
        let (old, new) = (secret(old), secret(new));
        self.caller.change(done, |core| async move { pin::change_pin(&core, &old, &new).await })
    }

    fn set_wallet_password(&self, done: Py<PyAny>, pin: String, password: String) -> PyResult<Job> {
        let (given, password) = (secret(pin), secret(password));
        self.caller.change(done, |core| async move { wallet::set_password(&core, &given, password).await })
    }

    fn is_wallet_password_set(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { wallet::is_password_set(&core).await })
    }

    // networks
    fn get_networks(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { network::get_networks(&core).await })
    }

    fn set_networks(&self, done: Py<PyAny>, networks: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { network::set_networks(&core, &networks).await })
    }

    fn set_network(&self, done: Py<PyAny>, key: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { network::set_network(&core, &key).await })
    }

    fn set_preferred_network(&self, done: Py<PyAny>, key: Key) -> PyResult<Job> {
        self.caller.change(done, |core| async move { network::set_preferred(&core, key).await })
    }

    fn get_preferred_network(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { network::get_preferred(&core).await })
    }

    fn get_exchange_rate(&self, done: Py<PyAny>, network: Key) -> PyResult<Job> {
        self.caller.read(done, |core| async move { network::exchange_rate(&core, network.as_deref()).await })
    }

    // wallet
    fn create_wallet_from_new_mnemonic(&self, done: Py<PyAny>, pin: String, replace: bool) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, move |core| async move {
            wallet::create(&core, &given, Source::New, replace).await
        })
    }

    fn create_wallet_from_existing_mnemonic(
        &self,
        done: Py<PyAny>,
        pin: String,
        phrase: String,
        replace: bool,
    ) -> PyResult<Job> {
        let (given, phrase) = (secret(pin), secret(phrase));
        self.caller.change(done, move |core| async move {
            wallet::create(&core, &given, Source::Phrase(phrase), replace).await.map(|_| ())
        })
    }

    fn create_wallet_from_backup(
        &self,
        done: Py<PyAny>,
        pin: String,
        backup: Vec<u8>,
        password: String,
        replace: bool,
    ) -> PyResult<Job> {
        let (given, password) = (secret(pin), secret(password));
        self.caller.change(done, move |core| async move {
            wallet::create_from_backup(&core, &given, backup, password, replace).await
        })
    }

    fn create_wallet_backup(&self, done: Py<PyAny>, pin: String, password: String) -> PyResult<Job> {
        let (given, password) = (secret(pin), secret(password));
        self.caller.read(done, |core| async move { wallet::create_backup(&core, &given, password).await })
    }

    fn restore_wallet_from_shares(&self, done: Py<PyAny>, pin: String) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move { wallet::restore_from_shares(&core, &given).await })
    }

    fn has_wallet_at_server(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { shares::exist_at_server(&core).await })
    }

    fn verify_mnemonic(&self, done: Py<PyAny>, pin: String, phrase: String) -> PyResult<Job> {
        let (given, phrase) = (secret(pin), secret(phrase));
        self.caller.change(done, |core| async move { wallet::verify_mnemonic(&core, &given, phrase).await })
    }

    fn get_mnemonic(&self, done: Py<PyAny>, pin: String) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.read(done, |core| async move { wallet::get_mnemonic(&core, &given).await })
    }

    fn delete_wallet(&self, done: Py<PyAny>, pin: String, only_here: bool) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, move |core| async move { wallet::delete(&core, &given, only_here).await })
    }

    fn discard_pending_wallet(&self, done: Py<PyAny>, pin: String) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move { wallet::discard_pending(&core, &given).await })
    }

    fn get_recovery_share(&self, done: Py<PyAny>, pin: String) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.read(done, |core| async move { wallet::get_recovery_share(&core, &given).await })
    }

    fn set_recovery_share(&self, done: Py<PyAny>, share: String) -> PyResult<Job> {
        let share = secret(share);
        self.caller.change(done, |core| async move { wallet::set_recovery_share(&core, share).await })
    }

    fn set_wallet_derivation_options(&self, done: Py<PyAny>, account: u32, index: u32) -> PyResult<Job> {
        self.caller
            .change(done, move |core| async move { wallet::set_derivation(&core, account, index).await })
    }

    // chain
    fn generate_new_address(&self, done: Py<PyAny>, pin: String, network: Key) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.read(done, |core| async move { chain::address(&core, &given, network.as_deref()).await })
    }

    fn get_balance(&self, done: Py<PyAny>, pin: String, network: Key) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.read(done, |core| async move { chain::balance(&core, &given, network.as_deref()).await })
    }

    fn estimate_gas(
        &self,
        done: Py<PyAny>,
        pin: String,
        address: String,
        amount: String,
        data: Option<Vec<u8>>,
        network: Key,
    ) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.read(done, |core| async move {
            chain::estimate(&core, &given, &address, &amount, data, network.as_deref()).await
        })
    }

    #[allow(clippy::too_many_arguments)] // the arguments of the Python method, as they are
    fn send_amount(
        &self,
        done: Py<PyAny>,
        pin: String,
        address: String,
        amount: String,
        data: Option<Vec<u8>>,
        payment_id: Option<String>,
        network: Key,
        max_fee: Option<String>,
    ) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.change(done, |core| async move {
            payment_id.as_deref().map_or(Ok(()), send::check_own_id)?;
            let access = chain::access(&core, &given, network.as_deref()).await?;
            let request = send::Request { id: payment_id, address, amount, data, purchase_id: None, max_fee };
            send::send(&core, access, request).await
        })
    }

    fn get_wallet_tx_list(
        &self,
        done: Py<PyAny>,
        pin: String,
        start: usize,
        limit: usize,
        network: Key,
    ) -> PyResult<Job> {
        let given = secret(pin);
        self.caller.read(done, move |core| async move {
            history::list(&core, &given, start, limit, network.as_deref()).await
        })
    }

    fn get_wallet_tx(&self, done: Py<PyAny>, pin: String, tx_id: String, network: Key) -> PyResult<Job> {
        let given = secret(pin);
        self.caller
            .read(done, |core| async move { history::get(&core, &given, &tx_id, network.as_deref()).await })
    }

    fn pending_payments(&self, done: Py<PyAny>) -> PyResult<Job> {
        self.caller.read(done, |core| async move { payment::pending(&core).await })
    }

    fn resolve_payment(&self, done: Py<PyAny>, payment_id: String) -> PyResult<Job> {
        self.caller.change(done, |core| async move { payment::resolve(&core, &payment_id).await })
    }

    // purchases
    #[allow(clippy::too_many_arguments)] // the arguments of the Python method, as they are
    fn create_purchase_request(
        &self,
        done: Py<PyAny>,
        receiver: String,
        amount: String,
        product_hash: String,
        app_data: String,
        purchase_type: String,
        network: Key,
    ) -> PyResult<Job> {
        let order = purchase::Order { receiver, amount, product_hash, app_data, kind: purchase_type };
        self.caller
            .change(done, |core| async move { purchase::create(&core, order, network.as_deref()).await })
    }

    fn get_purchase_details(&self, done: Py<PyAny>, purchase_id: String) -> PyResult<Job> {
        self.caller.read(done, |core| async move { purchase::details(&core, &purchase_id).await })
    }

    fn confirm_purchase_request(
        &self,
        done: Py<PyAny>,
        pin: String,
        purchase_id: String,
        max_fee: Option<String>,
    ) -> PyResult<Job> {
        let given = secret(pin);
        self.caller
            .change(done, |core| async move { purchase::confirm(&core, &given, &purchase_id, max_fee).await })
    }

    fn get_tx_list(&self, done: Py<PyAny>, start: u32, limit: u32) -> PyResult<Job> {
        self.caller.read(done, move |core| async move { purchase::list(&core, start, limit).await })
    }
}

#[pyfunction]
pub fn check_mnemonic(phrase: String) -> PyResult<()> {
    let phrase = secret(phrase);
    Ok(mnemonic::check(&phrase).map(|_| ())?)
}

#[pyfunction]
pub fn mnemonic_words() -> Vec<&'static str> {
    mnemonic::words()
}

/// The score upstream judges a password by: 0 to 4, 3 is enough.
#[pyfunction]
pub fn password_strength(password: String) -> PyResult<u8> {
    let password = secret(password);
    if password.len() > 1024 {
        return Err(Fail::invalid("password", "it is too long").into());
    }
    Ok(zxcvbn::zxcvbn(&password, &[]).score().into())
}

#[pyfunction]
pub fn build_info() -> String {
    etopay_sdk::core::Sdk::get_build_info()
}
