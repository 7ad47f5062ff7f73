"""An EVM node that is not the sandbox's own, in place of the embedded one."""
