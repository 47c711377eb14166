"""What callers may see of models, and what operators may change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit import pages
from services.kit.errors import InvalidRequest
from services.kit.ids import NewId
from services.ml_inference.errors import EtagMismatch, ModelNotFound
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store

_PAGE = 100
_CHANGEABLE = ("task", "description", "settings", "labels")
_TRIES = 5


class ModelAdmin:
    """Models and versions from memory; changes go to the store."""

    def __init__(self, registry: Registry, store: Store, new_id: NewId) -> None:
        self._registry = registry
        self._store = store
        self._new_id = new_id

    def get(self, name: str) -> model_pb2.Model:
        """One model. Raises ModelNotFound."""
        return self._registry.model(name).message()

    def page(self, request: pb.ListModelsRequest) -> pb.ListModelsResponse:
        """A page of models by name."""
        listing = f"ListModels {request.task} {request.ready_only}"
        found = [m.message() for m in self._registry.models() if not request.ready_only or m.ready()]
        wanted = [m for m in found if request.task in (model_pb2.MODEL_TASK_UNSPECIFIED, m.task)]
        (after,) = pages.decode(request.page_token, listing, str) or ("",)
        size = pages.size(request.page_size, _PAGE)
        models, token = pages.page_of([m for m in wanted if m.name > after], size, listing, lambda model: model.name)
        return pb.ListModelsResponse(models=models, next_page_token=token)

    def version_page(self, request: pb.ListModelVersionsRequest) -> pb.ListModelVersionsResponse:
        """A page of a model's versions, highest first. Raises ModelNotFound."""
        listing = f"ListModelVersions {request.model_name}"
        (before,) = pages.decode(request.page_token, listing, int) or (None,)
        versions = [v for v in self._registry.model(request.model_name).sorted() if before is None or v.row.version < before]
        found, token = pages.page_of(versions, pages.size(request.page_size, _PAGE), listing, lambda version: version.row.version)
        return pb.ListModelVersionsResponse(versions=[v.message() for v in found], next_page_token=token)

    def version(self, model: str, number: str) -> model_pb2.ModelVersion:
        """One version with its configuration. Raises ModelNotFound or VersionNotFound."""
        return self._registry.version(model, number).message(config=True)

    async def update(self, request: pb.UpdateModelRequest) -> model_pb2.Model:
        """Changes the fields that the mask names. Raises ModelNotFound, EtagMismatch or InvalidRequest."""
        given = request.model
        paths = list(request.update_mask.paths) or [name for name in _CHANGEABLE if _is_set(given, name)]
        for path in paths:
            valid = FieldMask(paths=[path]).IsValidForDescriptor(given.DESCRIPTOR)  # type: ignore[arg-type]
            if path.partition(".")[0] not in _CHANGEABLE or not valid:
                raise InvalidRequest.of("update_mask", f"{path!r} can't be changed; there are task, description, settings and labels")
        for _ in range(_TRIES):
            model = self._registry.model(given.name)
            row = model.row
            if given.etag and given.etag != row.etag:
                break
            changed = model.message()
            for path in paths:
                _put(changed, given, path)
            fresh = replace(
                row,
                task=model_pb2.ModelTask.Name(changed.task),
                description=changed.description,
                settings=changed.settings.SerializeToString(deterministic=True),
                labels=dict(changed.labels),
                etag=self._new_id("etag"),
            )
            async with self._store.transaction() as rows:
                done = await rows.change_model(fresh, row.etag)
            if done:
                await self._registry.changed()
                return self._registry.model(given.name).message()
            await self._registry.read()
        if given.name not in {model.row.name for model in self._registry.models()}:
            raise ModelNotFound(f"there is no model {given.name!r}", metadata={"model": given.name})
        raise EtagMismatch(f"{given.name} was changed by somebody else; read it again", metadata={"model": given.name})


def _is_set(message: Any, name: str) -> bool:
    return any(field.name == name for field, _ in message.ListFields())


def _put(target: Any, source: Any, path: str) -> None:
    """Gives `target` the field of `source` that the path names, also when it isn't set there."""
    name, _, rest = path.partition(".")
    if rest:
        _put(getattr(target, name), getattr(source, name), rest)
        return
    target.ClearField(name)
    value = getattr(source, name)
    if not isinstance(value, Message) and not hasattr(value, "MergeFrom"):
        setattr(target, name, value)
    elif not isinstance(value, Message):
        getattr(target, name).MergeFrom(value)
    elif source.HasField(name):
        getattr(target, name).CopyFrom(value)
