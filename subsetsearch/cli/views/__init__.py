"""How results look in a terminal: one file a command, scores in per cent."""
