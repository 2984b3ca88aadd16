"""What a search is worth: regret of what it recommends, on tables of full runs, beside its peers."""
