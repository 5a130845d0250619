"""`semeq train`, `sweep`, `evaluate` and `diagnose`."""
