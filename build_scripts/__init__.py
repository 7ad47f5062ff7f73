"""Tools of the build: texts, pins and documents."""
