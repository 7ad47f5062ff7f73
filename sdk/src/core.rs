//! The state behind one Python `Sdk` object.

use crate::backend::Backend;
use crate::config::Settings;
use crate::error::{Fail, Result};
use crate::feed;
use crate::pin::PinCheck;
use crate::store::Store;
use crate::transport::Web;
use crate::turn::{self, Turns};
use crate::vault::Vault;
use crate::vault::file::VaultFile;
use crate::vault::payload::Payload;
use crate::vault::seal::DeviceKey;
use etopay_sdk::core::Sdk;
use etopay_sdk::types::networks::ApiNetwork;
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as Blocking, MutexGuard, Weak};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard as Turn, Semaphore};
use zeroize::Zeroizing;

/// How soon work in the background notices a lock.
const LOOK_FOR_LOCK: Duration = Duration::from_millis(200);

pub struct Core {
    pub settings: Settings,
    pub store: Store,
    pub device: Option<DeviceKey>,
    pub http: Web,
    /// The crate's object, fed with user, wallet and token. It is replaced as a whole, so that nobody has to
    /// wait for a call that hangs in the old one.
    sdk: Blocking<Arc<Mutex<Sdk>>>,
    pub state: Mutex<State>,
    /// One payment at a time: two at once would fight over a nonce or a coin.
    pub sending: Mutex<()>,
    /// One creation or password change at a time.
    pub creating: Mutex<()>,
    /// One key derivation of a backup file at a time: it may take half a gigabyte.
    pub deriving: Arc<Semaphore>,
    /// One contract with the exchange at a time.
    pub contracting: Mutex<()>,
    pub in_flight: Blocking<HashSet<String>>,
    /// Vaults that work in flight still holds after a lock. Two handles to one file would overwrite what
    /// the other has saved, so unlocking takes the living one up again.
    living: Blocking<HashMap<String, Weak<Blocking<Vault>>>>,
    /// For a look without waiting; follows `state`.
    pub unlocked: AtomicBool,
    pub turns: Turns,
    closed: AtomicBool,
}

#[derive(Default)]
pub struct State {
    pub token: Option<Zeroizing<String>>,
    pub user: Option<ActiveUser>,
    pub networks: Vec<ApiNetwork>,
    /// The networks came from the backend or from the caller in this session, not from the vault.
    pub networks_fresh: bool,
    pub active: Option<String>,
    /// Locks that have been carried out.
    pub locks: u64,
}

impl State {
    /// Whether the active user has a vault that is shut.
    pub fn is_sealed(&self) -> bool {
        let sealed = |user: &ActiveUser| user.open.is_none() && VaultFile::in_folder(&user.folder).exists();
        self.user.as_ref().is_some_and(sealed)
    }

    /// Refuses what belongs to the vault of a user who is not the active one.
    pub fn check_owner(&self, open: &Open) -> Result<()> {
        let owner = open.owner()?;
        let is_active = self.user.as_ref().is_some_and(|user| user.username == owner);
        if is_active { Ok(()) } else { Err(Fail::new("user_changed")) }
    }
}

pub struct ActiveUser {
    pub username: String,
    pub folder: PathBuf,
    pub open: Option<Open>,
}

pub type Handle = Arc<Blocking<Vault>>;

/// An unlocked vault. Work in flight keeps its own handle, so that locking never loses its outcome.
#[derive(Clone)]
pub struct Open {
    vault: Handle,
    pub check: Arc<PinCheck>,
    pub followed: Followed,
}

/// The payments that are looked for in the background since one unlocking. It stands for that unlocking too.
pub type Followed = Arc<Blocking<HashSet<String>>>;

impl Open {
    pub fn new(vault: Handle, check: PinCheck) -> Self {
        Self { vault, check: Arc::new(check), followed: Followed::default() }
    }

    /// Whether both are of one vault.
    pub fn is_of(&self, other: &Open) -> bool {
        Arc::ptr_eq(&self.vault, &other.vault)
    }

    pub fn vault(&self) -> Result<MutexGuard<'_, Vault>> {
        self.vault.lock().map_err(|_| Fail::internal("vault"))
    }

    pub fn read<T>(&self, look: impl FnOnce(&Payload) -> T) -> Result<T> {
        Ok(look(self.vault()?.payload()))
    }

    /// The user whose vault it is.
    pub fn owner(&self) -> Result<String> {
        Ok(self.vault()?.username().to_owned())
    }

    pub fn update<T>(&self, change: impl FnOnce(&mut Payload) -> Result<T>) -> Result<T> {
        self.vault()?.update(change)
    }

    pub fn phrase(&self) -> Result<Zeroizing<String>> {
        self.read(|payload| payload.phrase().map(|phrase| Zeroizing::new(phrase.to_owned())))?
            .ok_or_else(|| Fail::not_initialized("UseMnemonic"))
    }
}

impl Core {
    pub fn new(settings: Settings, device: Option<Vec<u8>>) -> Result<Self> {
        let device = device.map(DeviceKey::new).transpose()?;
        crate::logging::set_level(settings.log_level);
        if settings.allow_insecure_http {
            log::warn!("http:// is allowed to other devices: for private test networks only");
        }
        let store = Store::open(&settings.storage_path)?;
        let http = Web::new(settings.read_timeout.min(Duration::from_secs(10)))?;
        let sdk = Blocking::new(Arc::new(Mutex::new(feed::empty_sdk(&settings)?)));
        Ok(Self {
            settings,
            store,
            device,
            http,
            sdk,
            state: Mutex::default(),
            sending: Mutex::default(),
            creating: Mutex::default(),
            deriving: Arc::new(Semaphore::new(1)),
            contracting: Mutex::default(),
            in_flight: Blocking::default(),
            living: Blocking::default(),
            unlocked: AtomicBool::new(false),
            turns: Turns::default(),
            closed: AtomicBool::new(false),
        })
    }

    pub fn living(&self, username: &str) -> Option<Handle> {
        self.living.lock().ok()?.get(username)?.upgrade()
    }

    /// Takes a vault into use.
    pub fn enliven(&self, username: &str, vault: Vault) -> Result<Handle> {
        let handle = Arc::new(Blocking::new(vault));
        let mut living = self.living.lock().map_err(|_| Fail::internal("vaults"))?;
        living.insert(username.to_owned(), Arc::downgrade(&handle));
        Ok(handle)
    }

    /// Does what must not be done to a wallet that pays. No payment begins meanwhile.
    pub fn unless_paying<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let paying = self.in_flight.lock().map_err(|_| Fail::internal("payments"))?;
        if paying.is_empty() { work() } else { Err(Fail::new("payment_in_progress")) }
    }

    pub fn check_open(&self) -> Result<()> {
        if !self.store.is_at_home() {
            // Its locks may have been held by threads that a forked child does not have.
            return Err(Fail::new("forked"));
        }
        if self.closed.load(Ordering::SeqCst) { Err(Fail::new("closed")) } else { Ok(()) }
    }

    pub fn sdk(&self) -> Result<Arc<Mutex<Sdk>>> {
        self.sdk.lock().map(|sdk| sdk.clone()).map_err(|_| Fail::internal("sdk"))
    }

    pub fn replace_sdk(&self, sdk: Sdk) -> Result<()> {
        *self.sdk.lock().map_err(|_| Fail::internal("sdk"))? = Arc::new(Mutex::new(sdk));
        Ok(())
    }

    /// Ends the use of vaults: what still holds one can no longer write.
    pub fn retire(&self, which: impl Fn(&str) -> bool) {
        let Ok(mut living) = self.living.lock() else { return };
        living.retain(|name, handle| {
            let ended = which(name);
            if ended
                && let Some(handle) = handle.upgrade()
                && let Ok(mut vault) = handle.lock()
            {
                vault.retire();
            }
            !ended
        });
    }

    /// Drops all secrets and releases the folder. A payment under way gets a moment to save its outcome;
    /// after that the journal says what the next start has to look up.
    pub async fn close(&self) -> Result<()> {
        if self.closed.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        for _ in 0..40 {
            if self.in_flight.lock().map(|ids| ids.is_empty()).unwrap_or(true) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        *self.state.lock().await = State::default();
        self.unlocked.store(false, Ordering::SeqCst);
        self.replace_sdk(Sdk::default())?;
        self.retire(|_| true);
        self.store.close();
        Ok(())
    }

    pub fn read_timeout(&self) -> Duration {
        turn::patience().unwrap_or(self.settings.read_timeout)
    }

    pub fn send_timeout(&self) -> Duration {
        turn::patience().unwrap_or(self.settings.send_timeout)
    }

    /// The binding's own requests to the backend.
    pub fn backend<'a>(&'a self, token: &'a str) -> Backend<'a> {
        let http = self.http.to(self.settings.backend_url.as_str());
        Backend { http, settings: &self.settings, token, patience: self.read_timeout() }
    }

    /// Puts the read deadline around a call.
    pub async fn within<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.check_open()?;
        tokio::time::timeout(self.read_timeout(), work)
            .await
            .unwrap_or_else(|_| Err(Fail::new("network_timeout")))
    }

    /// The same around waiting for others. All that a call waits for has to end in its time, which began with it.
    pub async fn waiting<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.check_open()?;
        tokio::time::timeout(turn::left_of(self.read_timeout()), work)
            .await
            .unwrap_or_else(|_| Err(Fail::new("network_timeout")))
    }

    /// The same around work of this device: nobody else is at fault when it takes too long.
    pub async fn in_time<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.check_open()?;
        tokio::time::timeout(turn::left_of(self.read_timeout()), work)
            .await
            .unwrap_or_else(|_| Err(Fail::new("deadline_exceeded")))
    }

    /// Waits until nothing else creates, changes or removes a wallet.
    pub async fn turn_of_creating(&self) -> Result<Turn<'_, ()>> {
        let turn = self.waiting(async { Ok(self.creating.lock().await) }).await.map_err(|fail| {
            // Who has the turn may be at a backup file, and no service has a part in that.
            let is_busy = fail.code == "network_timeout" && self.deriving.available_permits() == 0;
            if is_busy { Fail::new("deadline_exceeded") } else { fail }
        })?;
        self.check_open()?;
        Ok(turn)
    }

    /// The state, for a call that must not get that of a user it was not made for.
    pub async fn state_of_call(&self) -> Result<Turn<'_, State>> {
        let state = self.state.lock().await;
        self.turns.check_user(self.turns.user_of_call())?;
        Ok(state)
    }

    pub async fn token(&self) -> Result<Zeroizing<String>> {
        self.state_of_call().await?.token.clone().ok_or_else(|| Fail::new("no_token"))
    }

    /// The token of the user whose vault this is, should there be one. That of another user would do to their account
    /// what was meant for this one's.
    pub async fn token_if_any(&self, open: &Open) -> Result<Option<Zeroizing<String>>> {
        let state = self.state_of_call().await?;
        state.check_owner(open)?;
        Ok(state.token.clone())
    }

    /// The same where it takes a token.
    pub async fn token_of(&self, open: &Open) -> Result<Zeroizing<String>> {
        self.token_if_any(open).await?.ok_or_else(|| Fail::new("no_token"))
    }

    pub async fn username(&self) -> Result<String> {
        let state = self.state_of_call().await?;
        state.user.as_ref().map(|user| user.username.clone()).ok_or_else(|| Fail::new("no_user"))
    }

    /// The unlocked vault, without asking for the PIN.
    pub async fn open(&self) -> Result<Open> {
        let state = self.state_of_call().await?;
        let user = state.user.as_ref().ok_or_else(|| Fail::new("no_user"))?;
        self.turns.check(self.turns.of_call())?;
        // A lock that was asked for before this call has not had its turn yet.
        self.turns.check(state.locks)?;
        user.open.clone().ok_or_else(|| Fail::new("locked"))
    }

    /// The same, of a certain user.
    pub async fn open_of(&self, owner: &str) -> Result<Open> {
        let open = self.open().await?;
        if open.owner()? == owner { Ok(open) } else { Err(Fail::new("locked")) }
    }

    /// Does work nobody waits for, with an opened vault. When that is locked or left, the work is dropped, and with it
    /// what it held.
    pub async fn while_open<T>(&self, open: &Open, work: impl Future<Output = Result<T>>) -> Result<T> {
        let left = async {
            while self.open().await.is_ok_and(|current| current.is_of(open)) {
                tokio::time::sleep(LOOK_FOR_LOCK).await;
            }
        };
        tokio::select! {
            outcome = work => outcome,
            () = left => Err(Fail::new("locked")),
        }
    }

    /// The network with this key, or the active one.
    pub async fn network(&self, key: Option<&str>) -> Result<ApiNetwork> {
        let state = self.state.lock().await;
        if key.is_none() {
            self.turns.check_user(self.turns.user_of_call())?;
        }
        // What is chosen and known may be in the vault, which nobody can look into yet.
        let Some(key) = key.or(state.active.as_deref()) else {
            return Err(Fail::new(if state.is_sealed() { "locked" } else { "no_network" }));
        };
        if let Some(found) = state.networks.iter().find(|network| network.key == key) {
            return Ok(found.clone());
        }
        if state.networks.is_empty() && state.is_sealed() {
            return Err(Fail::new("locked"));
        }
        let fail = Fail::new("not_found").with("what", "network").with("name", key);
        let unasked = "no networks are known yet: call get_networks first";
        Err(if state.networks.is_empty() { fail.with("reason", unasked) } else { fail })
    }
}
