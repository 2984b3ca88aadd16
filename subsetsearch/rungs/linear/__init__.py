"""Rung 1: closed-form realignment on cached vectors."""
