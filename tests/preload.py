"""All that every run loads: imported once, by the process that tests fork their runs from."""

from behave import register_type
from behave.runner_util import load_step_modules
from behave.step_registry import registry

import journeys.suite  # noqa: F401
from journeys import vocabulary
from journeys.settings import ROOT

# Only their regular expressions stay, compiled: every run loads the steps anew, perhaps others.
register_type(**vocabulary.TYPES)
load_step_modules([str(ROOT / "features" / "steps")])
registry.clear()
