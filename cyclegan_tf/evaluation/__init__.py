"""How good translations are: evaluate.py opens, scores.py measures, table.py shows."""
