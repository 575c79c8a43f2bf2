"""What is done after the turn."""
