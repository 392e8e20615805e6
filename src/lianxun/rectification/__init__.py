"""整改台账: one issue, one number; four lists, review, evidence, check by another, close-out by two bodies."""
