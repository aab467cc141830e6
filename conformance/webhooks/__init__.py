"""The way back: webhooks sent to a receiver, and received from a server."""
