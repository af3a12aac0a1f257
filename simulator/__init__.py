"""Labelwise: what should be labeled, by experiment.

Read from top to bottom, the modules are the flow of the method (Zharov et al., "Optimizing the Procedure of CT
Segmentation Labeling"): a reference data set is degraded along three virtues, a model is trained for each
combination, and the answer is read off the convex frontier of effort against performance.
"""

import warnings

__version__ = "0.1.0"

# Where processes share no semaphore each import of joblib says so in two lines; commands say in one what it means.
warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode", category=UserWarning)
