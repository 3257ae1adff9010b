"""Tests of the room `ranking`."""
