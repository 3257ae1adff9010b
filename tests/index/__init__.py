"""Tests of the room `index`."""
