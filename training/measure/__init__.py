"""How good a model is: protocol, metrics, baselines, figures and the report."""
