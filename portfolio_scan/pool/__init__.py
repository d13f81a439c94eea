"""The talent pool: members, re-scans at the cost of what changed, comparison, schedules."""
