"""Made-up portfolios of any size: the same number gives the same scan, on every machine.

    from portfolios import HOSTILE, IDENTITY, SIZES, make_scan

    scan = make_scan(30)                   every section filled, hostile text sprinkled in
    scan = make_scan(30, hostile=False)    the same portfolio as a well-meaning person writes it

`HOSTILE` holds the texts that are sprinkled in, `IDENTITY` every string that tells whose portfolio
it is. Repositories have names in several scripts, findings of every outcome and polarity, claims,
annotations, files that could not be read; the portfolio has a job, a rubric, questions and a task.
"""

from portfolios.hostile import HOSTILE, HOSTILE_ADDRESSES
from portfolios.people import IDENTITY
from portfolios.scan import make_scan

SIZES = (1, 30, 300)

__all__ = ["HOSTILE", "HOSTILE_ADDRESSES", "IDENTITY", "SIZES", "make_scan"]
