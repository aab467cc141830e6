"""The mock receiver: keeps every promise of a receiver of webhooks, and breaks one on request."""
