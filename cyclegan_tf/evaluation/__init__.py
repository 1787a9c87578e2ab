"""How good translations are: evaluate.py is the path through materials.py and scores.py.

table.py shows what it returns, without TensorFlow.
"""
