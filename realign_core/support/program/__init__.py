"""What a program needs beside its work: console, signals, threads, offline mode, optional packages."""
