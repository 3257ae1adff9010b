"""Tests of the room `telegram`."""
