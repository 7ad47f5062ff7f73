"""The IOTA Rebased node: owned coins and programmable transactions, checked strictly."""
