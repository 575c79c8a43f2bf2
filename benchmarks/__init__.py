"""What things cost. Timings are printed, never tested; a reference loop stands beside them."""
