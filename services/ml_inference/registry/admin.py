"""ListModels, GetModel, UpdateModel and the same for versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from google.protobuf.message import Message
from uat.ml_inference.v1 import ml_inference_service_pb2 as pb
from uat.ml_inference.v1 import model_pb2

from services.kit import pages
from services.kit.field_masks import fields_to_change
from services.kit.ids import NewId
from services.ml_inference.errors import EtagMismatch
from services.ml_inference.registry.registry import Registry
from services.ml_inference.registry.store import Store

_PAGE_SIZE = 100
_MUTABLE = ("task", "description", "settings", "labels")
_ATTEMPTS = 5


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
        (after,) = pages.decode(request.page_token, listing, str) or ("",)
        found = [m.message() for m in self._registry.models() if m.row.name > after and (not request.ready_only or m.ready())]
        found = [m for m in found if request.task in (model_pb2.MODEL_TASK_UNSPECIFIED, m.task)]
        models, token = pages.page_of(found, pages.size(request.page_size, _PAGE_SIZE), listing, lambda model: model.name)
        return pb.ListModelsResponse(models=models, next_page_token=token)

    def version_page(self, request: pb.ListModelVersionsRequest) -> pb.ListModelVersionsResponse:
        """A page of a model's versions, highest first. Raises ModelNotFound."""
        listing = f"ListModelVersions {request.model_name}"
        (before,) = pages.decode(request.page_token, listing, int) or (None,)
        found = [v for v in self._registry.versions(request.model_name) if before is None or v.row.version < before]
        versions, token = pages.page_of(found, pages.size(request.page_size, _PAGE_SIZE), listing, lambda version: version.row.version)
        return pb.ListModelVersionsResponse(versions=[v.message() for v in versions], next_page_token=token)

    def version(self, model: str, number: str) -> model_pb2.ModelVersion:
        """One version with its configuration. Raises ModelNotFound or VersionNotFound."""
        return self._registry.version(model, number).message(config=True)

    async def update(self, request: pb.UpdateModelRequest) -> model_pb2.Model:
        """Changes the fields of the mask, or without a mask those that are set. Raises ModelNotFound, EtagMismatch or InvalidRequest."""
        given = request.model
        paths = fields_to_change(request.update_mask, given, _MUTABLE)
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
