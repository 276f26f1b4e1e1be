"""LimitRanges: what a container gets follows from what it may have at most and at least.

Follows ``SetDefaults_LimitRangeItem``.
"""

from engine.api.defaults.filling import changed, each
from engine.kinds import EMPTY
from engine.kinds.quota import LimitRange, LimitRangeItem


def default_limit_range(limits: LimitRange) -> LimitRange:
    items = each(limits.spec.limits, _item)
    return changed(limits, spec=changed(limits.spec, limits=items))


def _item(item: LimitRangeItem) -> LimitRangeItem:
    if item.type != "Container":
        return item
    default = {**item.max, **item.default} or EMPTY
    request = {**item.min, **default, **item.default_request} or EMPTY
    default = item.default if default == item.default else default
    request = item.default_request if request == item.default_request else request
    return changed(item, default=default, default_request=request)
