"""Maps of any size through a generator in bounded memory: begin with README.md."""
