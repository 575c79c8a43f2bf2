"""What happens at once in several processes, interleaved statement by statement."""
