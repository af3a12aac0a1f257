"""The law of labeling: one model of performance over volumes, slices and quality, fitted to few trainings."""
