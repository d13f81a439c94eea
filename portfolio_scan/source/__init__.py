"""Where repositories come from: GitHub, a git repository, a folder or an archive on disk."""
