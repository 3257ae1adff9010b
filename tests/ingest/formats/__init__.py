"""Tests of the room `ingest.formats`."""
