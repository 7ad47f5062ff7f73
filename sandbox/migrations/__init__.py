"""How the tables of an older data folder become those of today: one file per step."""
