"""Uncertainty: intervals, shrinkage, the noise of seeds. Nothing here knows what labeling is."""
