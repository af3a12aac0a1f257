"""Uncertainty: intervals, a process around a curve, the noise of seeds. Nothing here knows what labeling is."""
