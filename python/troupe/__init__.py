"""Apps written with Troupe, under any ASGI server: see asgi()."""

from ._asgi import App, Broken, asgi
from ._library import NotStarted
from ._version import VERSION as __version__

__all__ = ["App", "Broken", "NotStarted", "asgi"]
