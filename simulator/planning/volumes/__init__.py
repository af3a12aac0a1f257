"""The volumes of a lab: from a list of its own, or from a folder of images that nobody has labeled yet."""
