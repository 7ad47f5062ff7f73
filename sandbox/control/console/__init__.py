"""The console: pages on which everything the control room can do is done by hand."""

from sandbox.control.requests import router as requests_router

routers = (requests_router,)
