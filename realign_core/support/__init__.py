"""What every room uses: errors, files, seeds, threads, progress, configuration."""
