"""Chance: intervals, shrinkage, the noise of seeds, bends. Nothing here knows what labeling is."""
