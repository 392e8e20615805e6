"""考核评价: how member units worked together in a year, counted from fulfilled duties, decided by people."""
