"""Write the reference pages of docs/ from the models and the command line."""
