from buf.validate import validate_pb2 as _validate_pb2
from google.rpc import status_pb2 as _status_pb2
from uat.vision.v1 import document_pb2 as _document_pb2
from uat.vision.v1 import source_pb2 as _source_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnalysisFeature(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANALYSIS_FEATURE_UNSPECIFIED: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_EXIF: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_QUALITY: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_PALETTE: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_HASH: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_BARCODES: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_FACES: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_TEXT: _ClassVar[AnalysisFeature]
    ANALYSIS_FEATURE_CAPTION: _ClassVar[AnalysisFeature]
ANALYSIS_FEATURE_UNSPECIFIED: AnalysisFeature
ANALYSIS_FEATURE_EXIF: AnalysisFeature
ANALYSIS_FEATURE_QUALITY: AnalysisFeature
ANALYSIS_FEATURE_PALETTE: AnalysisFeature
ANALYSIS_FEATURE_HASH: AnalysisFeature
ANALYSIS_FEATURE_BARCODES: AnalysisFeature
ANALYSIS_FEATURE_FACES: AnalysisFeature
ANALYSIS_FEATURE_TEXT: AnalysisFeature
ANALYSIS_FEATURE_CAPTION: AnalysisFeature

class AnalysisOptions(_message.Message):
    __slots__ = ("features", "include_location", "recognition", "palette_size", "min_face_confidence")
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_LOCATION_FIELD_NUMBER: _ClassVar[int]
    RECOGNITION_FIELD_NUMBER: _ClassVar[int]
    PALETTE_SIZE_FIELD_NUMBER: _ClassVar[int]
    MIN_FACE_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    features: _containers.RepeatedScalarFieldContainer[AnalysisFeature]
    include_location: bool
    recognition: _document_pb2.RecognitionOptions
    palette_size: int
    min_face_confidence: float
    def __init__(self, features: _Optional[_Iterable[_Union[AnalysisFeature, str]]] = ..., include_location: _Optional[bool] = ..., recognition: _Optional[_Union[_document_pb2.RecognitionOptions, _Mapping]] = ..., palette_size: _Optional[int] = ..., min_face_confidence: _Optional[float] = ...) -> None: ...

class Analysis(_message.Message):
    __slots__ = ("media_type", "size_bytes", "sha256", "width", "height", "color_space", "bits_per_channel", "has_alpha", "frame_count", "exif", "has_location", "exif_orientation", "quality", "palette", "hash", "barcodes", "faces", "document", "caption", "failures")
    class ExifEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    COLOR_SPACE_FIELD_NUMBER: _ClassVar[int]
    BITS_PER_CHANNEL_FIELD_NUMBER: _ClassVar[int]
    HAS_ALPHA_FIELD_NUMBER: _ClassVar[int]
    FRAME_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXIF_FIELD_NUMBER: _ClassVar[int]
    HAS_LOCATION_FIELD_NUMBER: _ClassVar[int]
    EXIF_ORIENTATION_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    PALETTE_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    BARCODES_FIELD_NUMBER: _ClassVar[int]
    FACES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    CAPTION_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    media_type: str
    size_bytes: int
    sha256: str
    width: int
    height: int
    color_space: str
    bits_per_channel: int
    has_alpha: bool
    frame_count: int
    exif: _containers.ScalarMap[str, str]
    has_location: bool
    exif_orientation: int
    quality: ImageQuality
    palette: _containers.RepeatedCompositeFieldContainer[PaletteColor]
    hash: PerceptualHash
    barcodes: _containers.RepeatedCompositeFieldContainer[Barcode]
    faces: _containers.RepeatedCompositeFieldContainer[Face]
    document: _document_pb2.Document
    caption: Caption
    failures: _containers.RepeatedCompositeFieldContainer[AnalysisFailure]
    def __init__(self, media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., color_space: _Optional[str] = ..., bits_per_channel: _Optional[int] = ..., has_alpha: _Optional[bool] = ..., frame_count: _Optional[int] = ..., exif: _Optional[_Mapping[str, str]] = ..., has_location: _Optional[bool] = ..., exif_orientation: _Optional[int] = ..., quality: _Optional[_Union[ImageQuality, _Mapping]] = ..., palette: _Optional[_Iterable[_Union[PaletteColor, _Mapping]]] = ..., hash: _Optional[_Union[PerceptualHash, _Mapping]] = ..., barcodes: _Optional[_Iterable[_Union[Barcode, _Mapping]]] = ..., faces: _Optional[_Iterable[_Union[Face, _Mapping]]] = ..., document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ..., caption: _Optional[_Union[Caption, _Mapping]] = ..., failures: _Optional[_Iterable[_Union[AnalysisFailure, _Mapping]]] = ...) -> None: ...

class ImageQuality(_message.Message):
    __slots__ = ("sharpness", "brightness", "contrast", "noise", "clipped_shadows", "clipped_highlights")
    SHARPNESS_FIELD_NUMBER: _ClassVar[int]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    CONTRAST_FIELD_NUMBER: _ClassVar[int]
    NOISE_FIELD_NUMBER: _ClassVar[int]
    CLIPPED_SHADOWS_FIELD_NUMBER: _ClassVar[int]
    CLIPPED_HIGHLIGHTS_FIELD_NUMBER: _ClassVar[int]
    sharpness: float
    brightness: float
    contrast: float
    noise: float
    clipped_shadows: float
    clipped_highlights: float
    def __init__(self, sharpness: _Optional[float] = ..., brightness: _Optional[float] = ..., contrast: _Optional[float] = ..., noise: _Optional[float] = ..., clipped_shadows: _Optional[float] = ..., clipped_highlights: _Optional[float] = ...) -> None: ...

class PaletteColor(_message.Message):
    __slots__ = ("hex", "share")
    HEX_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    hex: str
    share: float
    def __init__(self, hex: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...

class PerceptualHash(_message.Message):
    __slots__ = ("phash", "dhash")
    PHASH_FIELD_NUMBER: _ClassVar[int]
    DHASH_FIELD_NUMBER: _ClassVar[int]
    phash: str
    dhash: str
    def __init__(self, phash: _Optional[str] = ..., dhash: _Optional[str] = ...) -> None: ...

class Barcode(_message.Message):
    __slots__ = ("format", "text", "data", "region")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    format: str
    text: str
    data: bytes
    region: _source_pb2.Region
    def __init__(self, format: _Optional[str] = ..., text: _Optional[str] = ..., data: _Optional[bytes] = ..., region: _Optional[_Union[_source_pb2.Region, _Mapping]] = ...) -> None: ...

class Face(_message.Message):
    __slots__ = ("region", "confidence", "landmarks")
    REGION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    LANDMARKS_FIELD_NUMBER: _ClassVar[int]
    region: _source_pb2.Region
    confidence: float
    landmarks: _containers.RepeatedCompositeFieldContainer[_source_pb2.Point]
    def __init__(self, region: _Optional[_Union[_source_pb2.Region, _Mapping]] = ..., confidence: _Optional[float] = ..., landmarks: _Optional[_Iterable[_Union[_source_pb2.Point, _Mapping]]] = ...) -> None: ...

class Caption(_message.Message):
    __slots__ = ("text", "model")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    text: str
    model: str
    def __init__(self, text: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class AnalysisFailure(_message.Message):
    __slots__ = ("feature", "error")
    FEATURE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    feature: AnalysisFeature
    error: _status_pb2.Status
    def __init__(self, feature: _Optional[_Union[AnalysisFeature, str]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
