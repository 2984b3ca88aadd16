"""What grows with the trials, measurements and languages of a study, and how fast."""
