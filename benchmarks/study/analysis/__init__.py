"""What the rows of the real study say: means, paired tests, goals, calibration."""
