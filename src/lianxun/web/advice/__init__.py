"""Pages of the advice room."""
