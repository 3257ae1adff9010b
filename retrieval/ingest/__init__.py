"""From something out there to articles."""
