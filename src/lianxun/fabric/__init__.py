"""What at least three rooms use of Django: base models, identity of a transaction, row security,
news after commit, safe files, spreadsheets. No domain noun lives here."""
