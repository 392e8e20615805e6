"""Indicators and relation rules. Sub-packages load their heavy libraries only when used."""
