"""The faults of pictures, documents and jobs; their reasons are those of the contract's `ErrorReason`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import grpc

from services.kit.errors import Fault, FieldViolation


class VisionFault(Fault):
    """A fault of this service."""

    domain = "vision.uat"


class ContentFault(VisionFault):
    """A fault of the content itself: sending the same again does not help."""

    code = grpc.StatusCode.INVALID_ARGUMENT

    @classmethod
    def over(cls, message: str, limit: int, actual: int) -> Self:
        """The fault for a broken limit, with both figures."""
        return cls(message, metadata={"limit": str(limit), "actual": str(actual)})


class NotAnImage(ContentFault):
    """The content is neither a picture nor a document, whatever its name says."""

    reason = "NOT_AN_IMAGE"


class FormatUnsupported(ContentFault):
    """The content is a picture or document of a type that this RPC does not read."""

    reason = "FORMAT_UNSUPPORTED"

    @classmethod
    def of(cls, media_type: str, why: str = "is not supported") -> FormatUnsupported:
        """The fault for this type."""
        return cls(f"{media_type} {why}", metadata={"media_type": media_type})


class ContentCorrupt(ContentFault):
    """The content breaks off or contradicts itself."""

    reason = "CONTENT_CORRUPT"


class ContentTooLarge(ContentFault):
    """The content is longer than the limit in bytes."""

    reason = "CONTENT_TOO_LARGE"


class TooManyPixels(ContentFault):
    """The picture, or a page as it would be drawn, has more pixels or a longer edge than the limit."""

    reason = "TOO_MANY_PIXELS"


class DecompressionBomb(ContentFault):
    """The content would grow by more than the limit when decoded."""

    reason = "DECOMPRESSION_BOMB"


class TooManyPages(ContentFault):
    """More pages are requested than the limit allows."""

    reason = "TOO_MANY_PAGES"


class PageNotFound(ContentFault):
    """`pages` names a page that the document does not have."""

    reason = "PAGE_NOT_FOUND"

    @classmethod
    def of(cls, page: int, page_count: int) -> PageNotFound:
        """The fault for this page."""
        description = f"names page {page} of a document of {page_count}"
        return cls(
            f"options.pages: {description}",
            metadata={"page": str(page), "page_count": str(page_count)},
            fields=[FieldViolation("options.pages", description)],
        )


class DocumentEncrypted(ContentFault):
    """The document cannot be opened without a password."""

    reason = "DOCUMENT_ENCRYPTED"


class ImageTooSmall(ContentFault):
    """The picture's size is too small to hold anything."""

    reason = "IMAGE_TOO_SMALL"


class ProcessingFailed(ContentFault):
    """A worker or model failed on this content."""

    reason = "PROCESSING_FAILED"


class ModelNotFound(VisionFault):
    """No model with this name, or not for this use."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "MODEL_NOT_FOUND"

    @classmethod
    def named(cls, model: str, use: str, field: str) -> ModelNotFound:
        """The fault for this name. `use` is what it should do, for example `makes pictures`; `field` is the field that named it."""
        return cls(
            f"the model {model!r} does not exist or is none that {use}; GET /vision/v1/models lists them",
            metadata={"model": model},
            fields=[FieldViolation(field, f"names no model that {use}")],
        )


class ModelNotReady(VisionFault):
    """The model exists, but takes no requests now. Trying again is safe."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "MODEL_NOT_READY"

    @classmethod
    def named(cls, model: str) -> ModelNotReady:
        """The fault for this name."""
        return cls(f"the model {model!r} takes no requests at the moment", metadata={"model": model}, retry_after=2)


class LanguageUnsupported(VisionFault):
    """The model does not read a requested language."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "LANGUAGE_UNSUPPORTED"

    @classmethod
    def of(cls, language: str, model: str) -> LanguageUnsupported:
        """The fault for this language."""
        return cls(
            f"options.languages: {model} does not read {language!r}",
            metadata={"language": language, "model": model},
            fields=[FieldViolation("options.languages", f"names {language!r}, which {model} does not read")],
        )


class SizeUnsupported(VisionFault):
    """The model makes no pictures of this size."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "SIZE_UNSUPPORTED"

    @classmethod
    def of(cls, width: int, height: int, sizes: Iterable[tuple[int, int]], model: str, field: str) -> SizeUnsupported:
        """The fault for this size; `sizes` are those that the model makes."""
        near = min(sizes, key=lambda s: abs(s[0] - width) + abs(s[1] - height))
        nearest = f"{near[0]}x{near[1]}"
        description = f"{model} makes no pictures of {width}x{height}; the nearest size is {nearest}"
        metadata = {"model": model, "nearest": nearest, "width": str(near[0]), "height": str(near[1])}
        return cls(f"{field}: {description}", metadata=metadata, fields=[FieldViolation(field, description)])


class FeatureUnavailable(VisionFault):
    """The finding needs a model that is not installed."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "FEATURE_UNAVAILABLE"


class UploadNotFound(VisionFault):
    """The caller has no upload with this id, or it is expired."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "UPLOAD_NOT_FOUND"

    @classmethod
    def of(cls, upload_id: str) -> UploadNotFound:
        """The fault for this id."""
        return cls(f"you have no upload {upload_id}", metadata={"upload_id": upload_id})


class UploadInvalid(VisionFault):
    """The stream of UploadImage has no header first, or another one later."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "UPLOAD_INVALID"


class UploadMismatch(VisionFault):
    """The content differs from the length or digest in the header."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "UPLOAD_MISMATCH"


class UploadQuotaExceeded(VisionFault):
    """The user's uploads are at their limit in bytes. Carries `quota`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "UPLOAD_QUOTA_EXCEEDED"


class JobNotFound(VisionFault):
    """The caller has no job with this id, or it is past its retention."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "JOB_NOT_FOUND"

    @classmethod
    def of(cls, job_id: str) -> JobNotFound:
        """The fault for this id."""
        return cls(f"you have no job {job_id}", metadata={"job_id": job_id})


class JobNotFinished(VisionFault):
    """The job has no result yet."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "JOB_NOT_FINISHED"

    @classmethod
    def of(cls, job_id: str) -> JobNotFinished:
        """The fault for this job."""
        return cls(f"{job_id} has not ended yet; WatchJob reports its end", metadata={"job_id": job_id})


class JobQuotaExceeded(VisionFault):
    """The tenant's unfinished jobs are at their limit. Carries `quota`."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "JOB_QUOTA_EXCEEDED"
