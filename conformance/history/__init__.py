"""Runs kept in one SQLite file: written whole or not at all, never changed, compared with each other.

`store` keeps and finds them, `compare` says what changed between two, `known` tells which findings people accepted.
"""
