"""Everything the other rooms share and that knows neither Flet nor the SDK."""
