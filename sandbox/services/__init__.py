"""One package per ETOPay service; services never import each other and meet through `sandbox.core`."""
