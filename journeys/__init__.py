"""Cloud Journeys: a monitor that behaves like a customer."""

__version__ = "0.1.0"
