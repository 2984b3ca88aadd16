"""The published protocol: the data of its study files, and stand-ins for checks without them."""
