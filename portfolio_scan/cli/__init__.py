"""The command line: one file per command, no logic. The only part that prints or exits."""
