"""Write docs/schema/scan-1.json from the records: `python docs/schema/make.py`."""

from __future__ import annotations

import json
from pathlib import Path

from portfolio_scan.report.document import json_schema

TARGET = Path(__file__).with_name("scan-1.json")

if __name__ == "__main__":
    TARGET.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
    print(f"wrote {TARGET}")
