"""Pictures of every format, depth, layout and metadata that can be made, with known pixels."""

from functools import cache

from picture_set import bmp, gif, jpeg, png, tiff, tiff_by_libraries, webp

_MAKERS = {
    "BMP": (bmp,),
    "GIF": (gif,),
    "JPEG": (jpeg,),
    "PNG": (png,),
    "TIFF": (tiff, tiff_by_libraries),
    "WebP": (webp,),
}
FORMATS = tuple(_MAKERS)


@cache
def picture_set(name):
    """Returns all files of one of FORMATS, a tuple of `PictureFile`."""
    return tuple(file for maker in _MAKERS[name] for file in maker.files())
