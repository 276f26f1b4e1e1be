"""Objects <-> the JSON-shaped values of a manifest, losslessly: fields a class does not model stay in ``extra``.

The plan for a class is made once from its attrs fields: ``snake_case`` becomes ``camelCase`` (``pod_ip`` ->
``podIP``), a field without a default is always written and read as its zero value when missing (Go's rule), a
field equal to its default is left out. Lists become tuples. Times are int seconds since the epoch in memory
and RFC 3339 in a manifest.
"""

import types
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs

from engine.kinds.dates import format_time, parse_time
from engine.kinds.same import same

RFC3339 = "rfc3339"
Time = Annotated[int, RFC3339]
"""Seconds since the Unix epoch; Kubernetes' metav1.Time has the same resolution."""

EMPTY: Mapping[str, Any] = types.MappingProxyType({})
"""The one empty mapping: the default of every mapping field."""

T = TypeVar("T")
Decoder = Callable[[Any], Any]
Encoder = Callable[[Any], Any]
Classes = frozenset[type]
_REMEMBERED = 256
"""Shared parts of one class: who shares one is written about the same time."""


class DecodeError(Exception):
    """A value of the wrong type; ``path`` grows from the inside out while the error travels up."""

    def __init__(self, got: str, wanted: str) -> None:
        super().__init__(got, wanted)
        self.got, self.wanted = got, wanted
        self.path: list[str] = []

    def __str__(self) -> str:
        path = ".".join(reversed(self.path)).replace(".[", "[")
        return f"json: cannot unmarshal {self.got} into Go struct field {path} of type {self.wanted}"


def decode(cls: type[T], data: Any) -> T:
    """The object that ``data`` (JSON-shaped) describes. Raises DecodeError with the path of the first mistake."""
    decoder: Decoder = _decoder(cast(Any, cls))
    return cast(T, decoder(data))


def encode(obj: Any, shared: Classes = frozenset()) -> dict[str, Any]:
    """The JSON-shaped value of an object; the same object always gives the same keys in the same order.

    For who only reads it: parts of the classes in ``shared`` are encoded once as long as they are remembered.
    """
    encoder: Encoder = _class_encoder(cast(Any, type(obj)), shared)
    return encoder(obj)  # type: ignore[no-any-return]  # what a class is encoded to


_ACRONYMS = {"ip": "IP", "ips": "IPs", "cidr": "CIDR", "cidrs": "CIDRs", "id": "ID", "uuid": "UUID"}


def json_name(attribute: str) -> str:
    """``pod_ip`` -> ``podIP``, ``from_`` -> ``from``."""
    first, *rest = attribute.rstrip("_").split("_")
    return first + "".join(_ACRONYMS.get(word, word.capitalize()) for word in rest)


def _go_kind(value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def _checked(kinds: type | tuple[type, ...], wanted: str, zero: Any) -> Decoder:
    def decode_value(value: Any) -> Any:
        if isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool)):
            return value
        if value is None:
            return zero
        raise DecodeError(_go_kind(value), wanted)

    return decode_value


_PRIMITIVES: dict[Any, tuple[Decoder, Any]] = {
    str: (_checked(str, "string", ""), ""),
    int: (_checked(int, "int32", 0), 0),
    bool: (_checked(bool, "bool", False), False),
    float: (_checked((int, float), "float64", 0.0), 0.0),
}


_EXACT: dict[Any, type] = {each: each for each in _PRIMITIVES}
"""What a value of exactly this type is decoded to: itself."""


def _decode_time(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise DecodeError(_go_kind(value), "Time")
    try:
        return parse_time(value)
    except ValueError as error:
        raise DecodeError(f'string "{value}"', f"Time ({error})") from error


def _decode_quantity(value: Any) -> str:
    # resource.Quantity accepts a bare number and keeps its digits.
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise DecodeError(_go_kind(value), "Quantity")


QUANTITY = "quantity"
Quantity = Annotated[str, QUANTITY]
"""A resource quantity as it was written, for example ``100m`` or ``64Mi``; see ``kinds.quantity``."""


@cache
def _decoder(hint: Any) -> Decoder:  # one case per shape a field can have
    if hint in _PRIMITIVES:
        return _PRIMITIVES[hint][0]
    if hint is Any:
        return lambda value: value
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _decode_time if args[1] == RFC3339 else _decode_quantity
    if origin in (Union, types.UnionType):
        return _union_decoder(args)
    if origin is tuple:
        return _tuple_decoder(_decoder(args[0]))
    if origin is Mapping:
        return _mapping_decoder(_decoder(args[1]))
    return _class_decoder(hint)


def _union_decoder(args: tuple[Any, ...]) -> Decoder:
    wanted = [arg for arg in args if arg is not type(None)]
    if len(wanted) == 1:
        inner = _decoder(wanted[0])
        return lambda value: None if value is None else inner(value)
    return _checked((int, str), "IntOrString", None)


def _tuple_decoder(item: Decoder) -> Decoder:
    def decode_tuple(value: Any) -> tuple[Any, ...]:
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)):
            raise DecodeError(_go_kind(value), "array")
        decoded = []
        try:
            for each in value:
                decoded.append(item(each))
        except DecodeError as error:
            error.path.append(f"[{len(decoded)}]")
            raise
        return tuple(decoded)

    return decode_tuple


def _mapping_decoder(item: Decoder) -> Decoder:
    def decode_mapping(value: Any) -> Mapping[str, Any]:
        if not value:
            if value is None or isinstance(value, Mapping):
                return EMPTY
            raise DecodeError(_go_kind(value), "map[string]string")
        if not isinstance(value, Mapping):
            raise DecodeError(_go_kind(value), "map[string]string")
        decoded = {}
        for key, each in value.items():
            try:
                decoded[str(key)] = item(each)
            except DecodeError as error:
                error.path.append(str(key))
                raise
        return decoded

    return decode_mapping


def _zero(hint: Any) -> Any:
    if hint in _PRIMITIVES:
        return _PRIMITIVES[hint][1]
    origin = get_origin(hint)
    if origin is tuple:
        return ()
    if origin is Mapping:
        return EMPTY
    if origin is Annotated:
        return "" if get_args(hint)[1] == QUANTITY else 0
    if origin in (Union, types.UnionType):
        return None
    return _decoder(hint)({})


@cache
def fields_of(cls: type) -> tuple[tuple[str, str, Any, Any], ...]:
    """(attribute, JSON name, type hint, default or attrs.NOTHING) for each modelled field, in order."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        (f.name, f.metadata.get("json") or json_name(f.name), hints[f.name], f.default)
        for f in attrs.fields(cls)
        if f.name != "extra"
    )


def _class_decoder(cls: type) -> Decoder:
    # Of the many fields of a class a manifest has few: it is gone through, not they.
    plan = {name: (attribute, _EXACT.get(hint), _decoder(hint)) for attribute, name, hint, _ in fields_of(cls)}
    required = [(attribute, hint) for attribute, _, hint, default in fields_of(cls) if default is attrs.NOTHING]
    keeps_extra = any(f.name == "extra" for f in attrs.fields(cls))

    def decode_class(data: Any) -> Any:
        if type(data) is not dict and not isinstance(data, Mapping):
            raise DecodeError(_go_kind(data), cls.__name__)
        values: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, value in data.items():
            if name not in plan:
                extra[str(name)] = value
                continue
            attribute, exact, decode_value = plan[name]
            if type(value) is exact:
                values[attribute] = value
            elif value is not None:
                try:
                    values[attribute] = decode_value(value)
                except DecodeError as error:
                    error.path.append(name)
                    raise
        for attribute, hint in required:
            if attribute not in values:
                values[attribute] = _zero(hint)
        if extra and keeps_extra:
            values["extra"] = extra
        return cls(**values)

    return decode_class


@cache
def _encoder(hint: Any, shared: Classes) -> Encoder | None:
    """None where the value already is JSON-shaped."""
    if hint in _PRIMITIVES or hint is Any:
        return None
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return format_time if args[1] == RFC3339 else None
    if origin in (Union, types.UnionType):
        wanted = [arg for arg in args if arg is not type(None)]
        return _encoder(wanted[0], shared) if len(wanted) == 1 else None
    if origin is tuple:
        item = _encoder(args[0], shared)
        return list if item is None else lambda value: [item(each) for each in value]
    if origin is Mapping:
        inner = _encoder(args[1], shared)
        return dict if inner is None else lambda value: {key: inner(each) for key, each in value.items()}
    encoder: Encoder = _class_encoder(hint, shared)
    return _remembered(encoder) if hint in shared else encoder


def _remembered(encoder: Encoder) -> Encoder:
    encode_same = lru_cache(maxsize=_REMEMBERED)(lambda key: encoder(key()))
    return lambda value: encode_same(same(value))


@cache
def _class_encoder(cls: type, shared: Classes) -> Encoder:
    """Written out field by field, as attrs writes constructors: a loop over the fields takes twice the time."""
    names: dict[str, Any] = {}
    lines = ["def encode_class(obj):", "    data = {}"]
    for number, (attribute, name, hint, default) in enumerate(fields_of(cls)):
        encode_value = _encoder(hint, shared)
        names |= {f"encode_{number}": encode_value, f"default_{number}": default}
        encoded = "value" if encode_value is None else f"encode_{number}(value)"
        # Most fields hold the very default.
        differs = f"value is not default_{number} and value != default_{number}"
        lines += [f"    value = obj.{attribute}", f"    if {'True' if default is attrs.NOTHING else differs}:"]
        lines += [f"        data[{name!r}] = {encoded}"]
    if any(f.name == "extra" for f in attrs.fields(cls)):
        lines += ["    if obj.extra:", "        data.update(obj.extra)"]
    exec("\n".join([*lines, "    return data"]), names)
    return cast(Encoder, names["encode_class"])
