"""The console: pages on which everything the control room can do is done by hand."""

from sandbox.control.console.pages import router as pages_router
from sandbox.control.payment_desk import router as payments_router
from sandbox.control.purchase_desk import router as purchases_router
from sandbox.control.requests import router as requests_router
from sandbox.control.user_desk import router as users_router

routers = (requests_router, users_router, purchases_router, payments_router, pages_router)
