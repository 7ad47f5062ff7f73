"""The control room (`/_sandbox`): what developers and tests do to the sandbox, not what apps do."""
