"""The optimal trajectory: which labeling is worth its effort, and which virtue grows first along it (paper §2.2)."""
