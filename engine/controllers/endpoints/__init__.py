"""What is behind a Service: Endpoints and EndpointSlices, two controllers over the same choice of pods."""

from engine.controllers.endpoints.endpoints import ENDPOINTS
from engine.controllers.endpoints.slices import ENDPOINT_SLICES

__all__ = ["ENDPOINTS", "ENDPOINT_SLICES"]
