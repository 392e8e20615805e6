"""巡视: rounds, engagements, gates, teams, consultation, collaboration list and plan, working papers."""
