"""Webhooks in a notebook: composed, signed, sent whole or broken, and watched as they arrive."""

from conformance.notebook.weblab.lab import WebhookLab

__all__ = ["WebhookLab"]
