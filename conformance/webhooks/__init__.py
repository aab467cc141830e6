"""The way back: webhooks sent to a receiver, and received from a server."""

from conformance.webhooks.inbox import ListeningInbox
from conformance.webhooks.receiver import WebhookReceiver
from conformance.webhooks.sender import WebhookSender

__all__ = ["ListeningInbox", "WebhookReceiver", "WebhookSender"]
