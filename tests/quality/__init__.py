"""What keeps the quality of the answers from falling."""
