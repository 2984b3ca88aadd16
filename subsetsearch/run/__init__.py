"""What does the work: searches, full evaluations, calibrations, in one process or several."""
