"""A text classifier fitted on any labelled set: linear views, stacked and calibrated."""
