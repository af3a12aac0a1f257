"""What came back from annotators, whatever their tool: which slices of which volume are labeled, and in what time."""
