"""Tests of the room `ingest.web`."""
