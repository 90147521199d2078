"""From the workspace and its judgement to the report document: pure selection, counting and sorting.

The door is `build_report`; `make_report` judges first and keeps the document in the workspace.
"""

from reports.build.document import build_report
from reports.build.judged import Judged
from reports.build.make import make_report

__all__ = ["Judged", "build_report", "make_report"]
