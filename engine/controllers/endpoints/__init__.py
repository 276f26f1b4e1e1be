"""What is behind a Service: Endpoints and EndpointSlices, two controllers over the same choice of pods.

A third makes EndpointSlices of Endpoints that somebody wrote by hand.
"""

from engine.controllers.endpoints.endpoints import ENDPOINTS
from engine.controllers.endpoints.mirroring import ENDPOINT_SLICE_MIRRORING
from engine.controllers.endpoints.slices import ENDPOINT_SLICES

__all__ = ["ENDPOINTS", "ENDPOINT_SLICES", "ENDPOINT_SLICE_MIRRORING"]
