"""The five sample articles that a new data folder begins with, byte for byte as they came."""
