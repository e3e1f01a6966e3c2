"""Every fault of a diagram's layout a good modeller sees at once, one function each, in one tuple.

A check takes a drawing and returns what it found, worded for whoever moves the shapes. The checks read the
diagram interchange only; what a diagram means is for the other tests.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.diagrams import layout_edges as edges
from tests.diagrams import layout_shapes as shapes
from tests.diagrams import layout_texts as texts
from tests.diagrams.layout_drawing import Drawing

Check = Callable[[Drawing], list[str]]

CHECKS: tuple[Check, ...] = (
    shapes.shapes_overlap,
    shapes.shapes_too_close,
    edges.edge_through_shape,
    edges.edge_near_shape,
    edges.edge_slants,
    edges.edge_end_dangles,
    edges.segment_too_short,
    edges.too_many_crossings,
    edges.edges_side_by_side,
    edges.too_many_bends,
    edges.forward_flow_bends,
    edges.row_not_straight,
    shapes.almost_aligned,
    shapes.outside_lane,
    shapes.lanes_not_tiled,
    shapes.fractional,
    texts.task_text_overflows,
    texts.note_text_overflows,
    texts.boundary_over_text,
    texts.label_missing,
    texts.label_too_small,
    texts.label_too_far,
    texts.label_on_shape,
    texts.label_on_label,
    texts.label_on_edge,
    texts.label_on_lane_line,
    texts.label_outside_lane,
)
