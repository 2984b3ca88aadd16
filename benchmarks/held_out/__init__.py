"""Should a choice for other languages leave out what a subset does for its own ones?"""
