"""Components: builders that take `ui` first and return a control; `app.design.catalogue` shows them all."""
