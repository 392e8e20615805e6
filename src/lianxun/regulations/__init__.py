"""政策法规库: works, versions and articles as they stood on a day; institution documents; citation checks."""
