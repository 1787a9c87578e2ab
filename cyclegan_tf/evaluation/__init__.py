"""How good translations are. evaluate.py is the path: materials.py opens the maps, scores.py takes the
measures, table.py shows them.
"""
