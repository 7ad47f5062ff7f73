//! The worker threads, and the bridge from a Rust future to a Python awaitable.
//!
//! Every call runs as its own task. Python gets a `Job`; cancelling the awaitable aborts the task only
//! when the call was a read. The bridge hands results to a Python callback instead of using a foreign
//! event loop integration, so that the threads can be stopped before the interpreter is torn down.

use crate::error::{Fail, Result};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::AbortHandle;

const THREAD_NAME: &str = "etopay-sdk";
static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);
/// The process the threads are in; 0 before there are any.
static HOME: AtomicU32 = AtomicU32::new(0);
static STOPPED: AtomicBool = AtomicBool::new(false);
static HOOK: OnceLock<()> = OnceLock::new();

/// What a call can hand to Python.
pub enum Out {
    Nothing,
    Flag(bool),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<()> for Out {
    fn from((): ()) -> Self {
        Out::Nothing
    }
}

impl From<bool> for Out {
    fn from(value: bool) -> Self {
        Out::Flag(value)
    }
}

impl From<String> for Out {
    fn from(value: String) -> Self {
        Out::Text(value)
    }
}

impl From<Vec<u8>> for Out {
    fn from(value: Vec<u8>) -> Self {
        Out::Bytes(value)
    }
}

impl<T: Into<Out>> From<Option<T>> for Out {
    fn from(value: Option<T>) -> Self {
        value.map_or(Out::Nothing, Into::into)
    }
}

impl Out {
    fn into_python(self, py: Python<'_>) -> Py<PyAny> {
        match self {
            Out::Nothing => py.None(),
            Out::Flag(value) => pyo3::types::PyBool::new(py, value).to_owned().into_any().unbind(),
            Out::Text(value) => pyo3::types::PyString::new(py, &value).into_any().unbind(),
            Out::Bytes(value) => PyBytes::new(py, &value).into_any().unbind(),
        }
    }
}

/// Whether cancelling the Python awaitable may stop the work.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Read,
    Detached,
}

/// Handle of a running call.
#[pyclass(frozen)]
pub struct Job {
    abort: Option<AbortHandle>,
}

#[pymethods]
impl Job {
    fn cancel(&self) {
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

/// A forked child has the memory of the threads but not the threads; it needs some of its own.
fn is_elsewhere() -> bool {
    let home = HOME.load(Ordering::SeqCst);
    home != 0 && home != std::process::id()
}

fn handle() -> Result<Handle> {
    let mut guard = RUNTIME.lock().map_err(|_| Fail::internal("runtime"))?;
    if is_elsewhere() {
        // Its end would wait for threads that are not here.
        std::mem::forget(guard.take());
    }
    if STOPPED.load(Ordering::SeqCst) {
        return Err(Fail::new("closed"));
    }
    if guard.is_none() {
        let built = Builder::new_multi_thread()
            .worker_threads(4)
            .max_blocking_threads(8)
            .thread_name(THREAD_NAME)
            .enable_all()
            .build()
            .map_err(|_| Fail::internal("runtime"))?;
        *guard = Some(built);
        HOME.store(std::process::id(), Ordering::SeqCst);
    }
    guard.as_ref().map(|runtime| runtime.handle().clone()).ok_or_else(|| Fail::internal("runtime"))
}

/// Runs `future` on the worker threads and reports to `done(result, error)`.
pub fn start<F, T>(done: Py<PyAny>, kind: Kind, future: F) -> PyResult<Job>
where
    F: Future<Output = Result<T>> + Send + 'static,
    T: Into<Out> + Send + 'static,
{
    let handle = handle()?;
    let work = handle.spawn(future);
    let abort = (kind == Kind::Read).then(|| work.abort_handle());
    handle.spawn(async move {
        let outcome = match work.await {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => return,
            Err(_) => Err(Fail::internal("panic")),
        };
        report(&done, outcome.map(Into::into));
        drop_reference(done);
    });
    Ok(Job { abort })
}

/// Spawns work nobody waits for.
pub fn background<F>(future: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    if let Ok(handle) = handle() {
        handle.spawn(future);
    }
}

fn report(done: &Py<PyAny>, outcome: Result<Out>) {
    if STOPPED.load(Ordering::SeqCst) {
        return;
    }
    Python::try_attach(|py| {
        let called = match outcome {
            Ok(value) => done.call1(py, (value.into_python(py), py.None())),
            Err(fail) => done.call1(py, (py.None(), PyErr::from(fail).into_value(py))),
        };
        if called.is_err() {
            log::debug!("the event loop of a call is gone");
        }
    });
}

/// A Python reference must not be dropped by a thread that can no longer attach.
fn drop_reference(done: Py<PyAny>) {
    if STOPPED.load(Ordering::SeqCst) {
        std::mem::forget(done);
        return;
    }
    let mut slot = Some(done);
    Python::try_attach(|_| drop(slot.take()));
    std::mem::forget(slot);
}

/// Stops the worker threads; called by `atexit`, before the interpreter goes away.
#[pyfunction]
pub fn shutdown(py: Python<'_>) {
    STOPPED.store(true, Ordering::SeqCst);
    if is_elsewhere() {
        // There is nothing to stop, and the lock may have been held by a thread that is not here.
        return;
    }
    py.detach(|| {
        let taken = RUNTIME.lock().ok().and_then(|mut guard| guard.take());
        if let Some(runtime) = taken {
            runtime.shutdown_timeout(Duration::from_secs(2));
        }
    });
}

/// Panics of the worker threads become `InternalError`; their text may hold amounts and is not printed.
pub fn install_panic_hook() {
    HOOK.get_or_init(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let ours = std::thread::current().name().is_some_and(|name| name == THREAD_NAME);
            if ours {
                let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
                log::error!("internal error at {place}");
            } else {
                previous(info);
            }
        }));
    });
}

/// Runs CPU-heavy or blocking work without holding up the other calls.
pub async fn blocking<T, F>(work: F) -> Result<T>
where
    F: FnOnce() -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    tokio::task::spawn_blocking(move || std::panic::catch_unwind(AssertUnwindSafe(work)))
        .await
        .map_err(|_| Fail::new("closed"))?
        .unwrap_or_else(|_| Err(Fail::internal("panic")))
}
