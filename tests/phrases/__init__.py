"""Tests of the room `phrases`."""
