"""One package per feature; features meet only through stores and paths."""
