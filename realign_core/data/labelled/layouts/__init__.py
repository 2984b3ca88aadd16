"""How labelled files are laid out: a language a file, rows, sentences, answers; shared by the readers."""
