"""The best strategy that a budget pays for, what the baselines give instead, and what a target costs (paper §4)."""
