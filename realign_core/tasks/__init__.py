"""Transfer tasks: what is classified, with which head, and how it is scored."""
