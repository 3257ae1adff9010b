"""The conversation: how Derek is asked, and how it shows what it found."""

__version__ = "0.1.0"
