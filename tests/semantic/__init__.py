"""Tests of the room `semantic`."""
