"""What labeling takes: read from logs of times, fitted to prices, and where a price decides."""
