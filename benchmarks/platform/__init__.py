"""The platform at the size of a province: 1,000,000 leads, 12,000 users, 4,000 engagements."""
