"""From snapshots to a scan: worker processes, the observation cache, judgement and assembly."""
