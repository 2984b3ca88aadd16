"""Commands about languages, without a study."""
