"""What is said about the work, held against the code."""
