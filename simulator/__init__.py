"""Labelwise: what should be labeled, by experiment.

Read from top to bottom, the modules are the flow of the method (Zharov et al., "Optimizing the Procedure of CT
Segmentation Labeling"): a reference data set is degraded along three virtues, a model is trained for each
combination, and the answer is read off the convex frontier of effort against performance.
"""

__version__ = "0.1.0"
