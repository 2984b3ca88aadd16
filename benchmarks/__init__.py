"""Measurements of the project's own parts, one package a subject."""
