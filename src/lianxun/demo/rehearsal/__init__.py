"""One whole inspection played over public HTTP: the end-to-end test and the tutorial's script."""
