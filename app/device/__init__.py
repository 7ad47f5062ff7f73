"""What the device offers: protocols and their implementations on Flet or on the standard library."""

from app.device.clipboard import Clipboard
from app.device.devices import Devices
from app.device.files import FileSaver
from app.device.key_store import KeyStore
from app.device.lifecycle import Lifecycle, LifecycleEvent
from app.device.sign_in import Redirect, SignInBrowser

__all__ = [
    "Clipboard",
    "Devices",
    "FileSaver",
    "KeyStore",
    "Lifecycle",
    "LifecycleEvent",
    "Redirect",
    "SignInBrowser",
]
