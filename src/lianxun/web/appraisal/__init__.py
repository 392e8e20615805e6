"""考核评价: periods, own sheets, use of the results, quarterly reports."""
