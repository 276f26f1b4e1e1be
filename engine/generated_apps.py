"""What runs in a generated cluster: kinds of applications with images of the catalog, and words for names.

Facts only; ``generate.py`` draws from them. Every image here runs, and becomes ready, as it is described.
"""

from attrs import frozen


@frozen(kw_only=True)
class App:
    """``requests`` are pairs of cpu_milli and memory_mi; ``port`` 0 means that it serves nobody.

    ``pool`` is the pool of nodes it would rather be on. The memory limit is twice the request, or twice
    ``least_limit_mi`` where the image needs more than a small request says.
    """

    role: str
    tier: str
    images: tuple[str, ...]
    requests: tuple[tuple[int, int], ...]
    port: int = 0
    port_name: str = "http"
    service_port: int = 0
    probe_path: str = ""
    env: tuple[tuple[str, str], ...] = ()
    pool: str = ""
    least_limit_mi: int = 0


_SMALL = ((25, 32), (50, 64), (100, 64))
_MEDIUM = ((50, 64), (100, 128), (150, 192), (250, 256))
_LARGE = ((250, 512), (500, 1024))
_BOOKSHOP = tuple(f"ghcr.io/bookshop/{name}:{tag}" for name in ("catalog", "cart") for tag in ("1.4.2", "2.0.1"))

APPS: tuple[tuple[App, float], ...] = (
    (
        App(role="api", tier="back", images=_BOOKSHOP, requests=_MEDIUM, port=8080, service_port=80,
            probe_path="/healthz", least_limit_mi=64),
        30,
    ),
    (
        App(role="web", tier="front", images=("nginx:1.27", "nginx:1.26", "nginx:1.27-alpine", "httpd:2.4"),
            requests=_SMALL, port=80, probe_path="/"),
        20,
    ),
    (
        App(role="worker", tier="back", images=("ghcr.io/bookshop/mailer:1.1.0", "ghcr.io/bookshop/mailer:1.2.0"),
            requests=_MEDIUM, pool="compute", least_limit_mi=64),
        18,
    ),
    (
        App(role="cache", tier="data", images=("redis:7.2", "redis:7.4", "memcached:1.6"), requests=_SMALL,
            pool="memory"),
        10,
    ),
    (
        App(role="proxy", tier="front", images=("envoyproxy/envoy:v1.31.0",), requests=_SMALL, port=10000,
            least_limit_mi=64),
        8,
    ),
    (
        App(role="hello", tier="front", requests=_SMALL, port=8080, service_port=80, probe_path="/",
            images=("gcr.io/google-samples/hello-app:1.0", "gcr.io/google-samples/hello-app:2.0")),
        6,
    ),
    (
        App(role="db", tier="data", images=("postgres:16", "postgres:15"), requests=_LARGE, port=5432,
            port_name="postgres", env=(("POSTGRES_PASSWORD", "not-a-secret"),), pool="memory"),
        5,
    ),
    (
        App(role="queue", tier="data", images=("nats:2.10", "rabbitmq:3.13"), requests=((100, 256), (200, 512))),
        3,
    ),
)  # fmt: skip
"""(application, how many of 100 Deployments are one)."""

TEAMS = (
    "shop", "payments", "search", "catalog", "orders", "shipping", "accounts", "media", "billing", "growth",
    "fraud", "support", "pricing", "content", "events", "maps", "chat", "mobile", "partners", "reports",
    "ledger", "identity", "loyalty", "ads", "insights", "travel", "music", "video", "weather", "news",
)  # fmt: skip
STAGES = ("prod", "staging", "dev")
SUBJECTS = (
    "orders", "cart", "users", "invoices", "stock", "reviews", "sessions", "emails", "images", "prices",
    "offers", "refunds", "parcels", "routes", "tickets", "profiles", "feeds", "alerts", "exports", "imports",
    "tokens", "audits", "menus", "places", "quotes", "scores", "tags", "themes", "trends", "visits",
)  # fmt: skip
