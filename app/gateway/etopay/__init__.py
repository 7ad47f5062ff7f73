"""The real gateway: the ETOPay SDK, the identity provider, and nothing of either shows above."""

from app.gateway.etopay.gateway import EtopayGateway

__all__ = ["EtopayGateway"]
