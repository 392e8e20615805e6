"""Reading files that departments send: encodings, tables, packages. Light: no analysis engine."""
