"""`halve_onnx_weights`: the kernels of an ONNX file in float16; what computes stays float32."""

from pathlib import Path


def halve_onnx_weights(path: Path) -> None:
    """Stores kernels in float16, each with a cast behind it that runtimes do once, when loading.

    Args:
        path: Path of the file, which is replaced.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(path)
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.ndim != 4 or values.dtype != "float32" or values.size < 64:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype("float16"), f"{name}_float16"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)
