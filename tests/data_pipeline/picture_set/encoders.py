"""The encoders of TensorFlow and PyAV, from an array to the content of a file."""

from fractions import Fraction

import av


def pyav(values, pixel_format, codec, **options):
    """Encodes one picture by FFmpeg: `values` in the layout of `pixel_format`."""
    frame = av.VideoFrame.from_ndarray(values, format=pixel_format)
    context = av.CodecContext.create(codec, "w")
    context.width, context.height = frame.width, frame.height
    context.pix_fmt, context.time_base = pixel_format, Fraction(1, 25)
    context.options = options
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def tensorflow_png(values):
    import tensorflow as tf

    return tf.io.encode_png(values).numpy()


def tensorflow_jpeg(values, **options):
    import tensorflow as tf

    return tf.io.encode_jpeg(values, **options).numpy()


def pyav_jpeg(rgb):
    return pyav_yuv(rgb, "yuvj444p", "mjpeg", qmin="1", qmax="2")


def pyav_yuv(rgb, pixel_format, codec, **options):
    """As `pyav`, from RGB by FFmpeg's conversion to YCbCr."""
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
    frame = frame.reformat(format=pixel_format, dst_colorspace="ITU601")
    context = av.CodecContext.create(codec, "w")
    context.width, context.height = frame.width, frame.height
    context.pix_fmt, context.time_base = pixel_format, Fraction(1, 25)
    context.options = options
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
