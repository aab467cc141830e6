"""Calls people before their appointments, and keeps what came of it."""
