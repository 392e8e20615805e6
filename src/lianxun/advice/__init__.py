"""研判建议: what engines suggest about a lead, what people decide, and how a model is changed."""
