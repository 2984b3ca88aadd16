"""The study's database: where it lies, how it is opened, and what is said when it cannot be used."""
