"""Write the JSON Schemas from the records: `python docs/schema/make.py`."""

from __future__ import annotations

import json
from pathlib import Path

from portfolio_scan.report.comparison import comparison_schema
from portfolio_scan.report.document import json_schema

TARGETS = {"scan-1.json": json_schema, "comparison-1.json": comparison_schema}

if __name__ == "__main__":
    for name, schema in TARGETS.items():
        target = Path(__file__).with_name(name)
        target.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
        print(f"wrote {target}")
