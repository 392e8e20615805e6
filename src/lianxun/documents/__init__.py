"""文书档案: stored files (hash, level, version, retention), numbers and printing of official documents."""
