"""The webhooks that the mock vendor sends: which, when, with what, and how often."""
