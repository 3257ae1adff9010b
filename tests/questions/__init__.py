"""Tests of the room `questions`."""
