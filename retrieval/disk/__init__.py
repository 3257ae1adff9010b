"""The persistent index, for corpora that memory would be too small or too slow for."""
