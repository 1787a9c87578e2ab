"""Procedural side-scrolling worlds: pairs of themes that draw the same layouts, with ground truth.

Importing this needs neither TensorFlow nor Keras.
"""

from data_pipeline.worlds.capture import CLASSES, Capture
from data_pipeline.worlds.dataset import world_map_names, world_maps
from data_pipeline.worlds.export import export_world
from data_pipeline.worlds.layout import Layout
from data_pipeline.worlds.placement import make_layout
from data_pipeline.worlds.render import render
from data_pipeline.worlds.scroll import ScrollFrame, scroll
from data_pipeline.worlds.themes import PAIRS

__all__ = [
    "CLASSES",
    "PAIRS",
    "Capture",
    "Layout",
    "ScrollFrame",
    "export_world",
    "make_layout",
    "render",
    "scroll",
    "world_map_names",
    "world_maps",
]
