"""From the place of an error, as pydantic tells it, to the place in the document.

Pydantic names the form of a part on the way as well, where the document has no key.
"""

import types
from collections.abc import Sequence
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from schemas.slips import Place

_TELLING: Final = ("kind", "count", "by", "model")
"""Keys whose words tell parts of several kinds from each other."""


def place_of(
    location: Sequence[str | int], root: type[BaseModel]
) -> tuple[Place, type[BaseModel] | None]:
    """The place of an error in a document that is a `root`, and the part whose key it is."""
    place: list[str | int] = []
    owner: type[BaseModel] | None = root
    here: Any = root
    for step in location:
        here = _plain(here)
        if get_origin(here) in (Union, types.UnionType):
            here = next((each for each in get_args(here) if step in _tags(each)), None)
        else:
            owner = here if _is_part(here) else None
            here = _under(here, step)
            place.append(step)
    return tuple(place), owner


def keys_of(part: type[BaseModel]) -> list[str]:
    """The keys that a part may have."""
    return [field.alias or name for name, field in part.model_fields.items()]


def _plain(annotation: Any) -> Any:
    """An annotation without remarks, and without None beside it."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [each for each in get_args(annotation) if each is not type(None)]
        return _plain(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _under(annotation: Any, step: str | int) -> Any:
    if _is_part(annotation):
        fields = annotation.model_fields.items()
        return next((each.annotation for name, each in fields if step in (each.alias, name)), None)
    arguments = get_args(annotation)
    return arguments[-1] if arguments else None


def _tags(annotation: Any) -> tuple[Any, ...]:
    """The word by which a part of several kinds is told from the others."""
    if get_origin(annotation) is Annotated:
        tags = tuple(each.tag for each in get_args(annotation)[1:] if isinstance(each, Tag))
        return tags or _tags(_plain(annotation))
    if not _is_part(annotation):
        return ()
    for name in _TELLING:
        field = annotation.model_fields.get(name)
        if field is not None:
            return get_args(field.annotation)
    return ()
