"""Tests of the room `ingest.pdf`."""
