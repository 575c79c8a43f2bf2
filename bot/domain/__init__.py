"""What there is: values, statuses with their allowed changes, commands and facts. Pure."""
