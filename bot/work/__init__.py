"""What is done later or elsewhere: sends, due work, fetched and cleaned files."""
