"""Commands that read a study and hand over what it says."""
