"""Maps of any size through a generator in bounded memory: README.md says how."""
