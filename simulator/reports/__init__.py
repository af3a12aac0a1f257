"""Reports: what the records of a data set say about the paper, and what annotators of a project get, as files."""
