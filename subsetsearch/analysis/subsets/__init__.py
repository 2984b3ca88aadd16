"""What is said of single subsets: expected gains, reasons, comparisons, who is helped."""
