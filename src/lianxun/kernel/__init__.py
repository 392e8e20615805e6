"""Pure parts every room stands on: actor, decision, calendar, clock, digest. No Django, no database."""
