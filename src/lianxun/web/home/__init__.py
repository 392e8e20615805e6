"""First pages: each answers the one question its reader comes with (design: screens)."""
