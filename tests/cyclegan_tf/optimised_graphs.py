"""The graphs that TensorFlow really runs, and what in them has no order. No test here."""

import re
from collections import defaultdict

import tensorflow as tf
from tensorflow.python.eager import context  # the only way to see a graph after its optimisation

PASSED_ON = ("Identity", "Switch", "Merge")


def unordered_pairs(graphs):
    """Accesses of one variable, at least one of which writes, that may run in any order.

    Args:
        graphs: The optimised `GraphDef`s of a call, one for each function and device.

    Returns:
        `(pairs, number of pairs looked at)`.
    """
    nodes, inputs = _joined(graphs)
    after, accesses = defaultdict(list), defaultdict(list)
    for name, references in inputs.items():
        for source, is_control in references:
            after[source].append(name)
            while nodes[source].op in PASSED_ON:
                source = inputs[source][0][0]
            is_variable = nodes[source].attr["T"].type == tf.resource.as_datatype_enum
            if is_variable and nodes[name].op not in PASSED_ON and not is_control:
                accesses[source].append(name)
    reached = {}

    def leads_to(first, second):
        if first not in reached:
            reached[first], new = set(), [first]
            while new:
                found = [n for n in after[new.pop()] if n not in reached[first]]
                reached[first].update(found)
                new += found
        return second in reached[first]

    pairs, number = [], 0
    for names in accesses.values():
        for i, one in enumerate(names):
            for two in names[i + 1 :]:
                reads = [nodes[n].op in ("ReadVariableOp", "ResourceGather") for n in (one, two)]
                if all(reads) or exclude_each_other(one[1], two[1]):
                    continue
                number += 1
                if not leads_to(one, two) and not leads_to(two, one):
                    pairs.append((one[1], two[1]))
    return pairs, number


def _joined(graphs):
    """All nodes, and the inputs of each: one device receives what another sends."""
    nodes, inputs, sent, received = {}, {}, {}, {}
    for i, graph in enumerate(graphs):
        for node in graph.node:
            name = (i, node.name)
            nodes[name] = node
            inputs[name] = [
                ((i, reference.lstrip("^").split(":")[0]), reference.startswith("^"))
                for reference in node.input
            ]
            if "tensor_name" in node.attr:
                ends = ("tensor_name", "send_device", "recv_device")
                key = tuple(node.attr[end].s for end in ends)
                (sent if "Send" in node.op else received)[key] = name
    for key in sent.keys() & received.keys():
        inputs[received[key]].append((sent[key], True))
    return nodes, inputs


def exclude_each_other(one, two):
    """Whether two nodes lie in the two branches of one condition."""
    for branch in re.finditer("/(then|else)/", one):
        other = {"then": "else", "else": "then"}[branch[1]]
        if two.startswith(f"{one[: branch.start()]}/{other}/"):
            return True
    return False


def optimised_graphs(function, *arguments):
    """The graphs that TensorFlow really runs for a call."""
    context.context().enable_graph_collection()
    try:
        function(*arguments)
        metadata = context.context().export_run_metadata()
    finally:
        context.context().disable_graph_collection()
    return [graph for of in metadata.function_graphs for graph in of.partition_graphs]
