"""ListModels, GetModel, UpdateModel and the same for versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit import pages
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.ml_inference.errors import EtagMismatch, PageTokenInvalid
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store

_PAGE_SIZE = 100
_MUTABLE = ("task", "description", "settings", "labels")
_ATTEMPTS = 5

T = TypeVar("T")


class ModelAdmin:
    """Reads models and versions from memory, and writes changes to the store."""

    def __init__(self, registry: Registry, store: Store, new_id: NewId) -> None:
        self._registry = registry
        self._store = store
        self._new_id = new_id

    def get(self, name: str) -> model_pb2.Model:
        """One model. Raises ModelNotFound."""
        return self._registry.model(name).message()

    def page(self, request: pb.ListModelsRequest) -> pb.ListModelsResponse:
        """A page of models, by name."""
        listing = f"ListModels {request.task} {request.ready_only}"
        after = str(position[0]) if (position := _position(request, listing)) else ""
        found = [m.message() for m in self._registry.models() if m.row.name > after and (not request.ready_only or m.ready())]
        found = [m for m in found if request.task in (model_pb2.MODEL_TASK_UNSPECIFIED, m.task)]
        models, token = _cut(request, listing, found, [m.name for m in found])
        return pb.ListModelsResponse(models=models, next_page_token=token)

    def version_page(self, request: pb.ListModelVersionsRequest) -> pb.ListModelVersionsResponse:
        """A page of a model's versions, highest first. Raises ModelNotFound."""
        listing = f"ListModelVersions {request.model_name}"
        position = _position(request, listing)
        found = [v for v in self._registry.versions(request.model_name) if not position or v.row.version < int(position[0])]
        versions, token = _cut(request, listing, [v.message() for v in found], [v.row.version for v in found])
        return pb.ListModelVersionsResponse(versions=versions, next_page_token=token)

    def version(self, model: str, number: str) -> model_pb2.ModelVersion:
        """One version with its configuration. Raises ModelNotFound or VersionNotFound."""
        return self._registry.version(model, number).message(config=True)

    async def update(self, request: pb.UpdateModelRequest) -> model_pb2.Model:
        """Changes the fields of the mask, or without a mask those that are set. Raises ModelNotFound, EtagMismatch or InvalidRequest."""
        given = request.model
        paths = list(request.update_mask.paths) or [field.name for field, _ in given.ListFields() if field.name in _MUTABLE]
        for path in paths:
            valid = FieldMask(paths=[path]).IsValidForDescriptor(given.DESCRIPTOR)  # type: ignore[arg-type]
            if path.partition(".")[0] not in _MUTABLE or not valid:
                raise InvalidRequest.of("update_mask", f"{path!r} can't be changed; {', '.join(_MUTABLE)} can")
        if given.etag and given.etag != self._registry.model(given.name).row.etag:
            await self._registry.refresh()  # another replica may have written it a moment ago
        for _ in range(_ATTEMPTS):
            model = self._registry.model(given.name)
            etag = model.row.etag
            if given.etag and given.etag != etag:
                break
            changed = model.message()
            for path in paths:
                _copy_field(changed, given, path)
            row = replace(
                model.row,
                task=model_pb2.ModelTask.Name(changed.task),
                description=changed.description,
                settings=changed.settings.SerializeToString(deterministic=True),
                labels=dict(changed.labels),
                etag=self._new_id("etag"),
            )
            async with self._store.transaction() as rows:
                done = await rows.change_model(row, etag)
            await self._registry.changed()
            if done:
                return self._registry.model(given.name).message()
        raise EtagMismatch(f"{given.name} was changed in the meantime; read it again", metadata={"model": given.name})


def _copy_field(target: Any, source: Any, path: str) -> None:
    """Copies the field at `path`, also when it isn't set in `source`."""
    name, _, rest = path.partition(".")
    if rest:
        _copy_field(getattr(target, name), getattr(source, name), rest)
        return
    target.ClearField(name)
    value = getattr(source, name)
    if not hasattr(value, "MergeFrom"):
        setattr(target, name, value)
    elif not isinstance(value, Message) or source.HasField(name):
        getattr(target, name).MergeFrom(value)


def _position(request: pb.ListModelsRequest | pb.ListModelVersionsRequest, listing: str) -> list[str | int] | None:
    try:
        return pages.decode(request.page_token, listing)
    except InvalidRequest as fault:
        raise PageTokenInvalid.of(fault.fields[0].description) from fault


def _cut(
    request: pb.ListModelsRequest | pb.ListModelVersionsRequest, listing: str, items: Sequence[T], keys: Sequence[str | int]
) -> tuple[Sequence[T], str]:
    size = pages.size(request.page_size, _PAGE_SIZE)
    token = pages.encode(listing, keys[size - 1]) if len(items) > size else ""
    return items[:size], token
