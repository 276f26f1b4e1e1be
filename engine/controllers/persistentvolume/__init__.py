"""Volumes and claims: bound to each other, made where nobody has one, grown, kept while they are used, given back."""

from engine.controllers.persistentvolume.binder import VOLUME_BINDER
from engine.controllers.persistentvolume.expansion import VOLUME_EXPANSION
from engine.controllers.persistentvolume.protection import CLAIM_PROTECTION, VOLUME_PROTECTION
from engine.controllers.persistentvolume.provisioner import PROVISIONER

__all__ = ["CLAIM_PROTECTION", "PROVISIONER", "VOLUME_BINDER", "VOLUME_EXPANSION", "VOLUME_PROTECTION"]
