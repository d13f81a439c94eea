"""Questions about the code itself: tests, readability, the age of its interfaces."""
