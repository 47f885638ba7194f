"""behave looks for hooks only here, beside steps/: each is named, since `import *` would fail silently elsewhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from environment import after_all, after_scenario, after_step, before_all, before_scenario, before_step

__all__ = ["after_all", "after_scenario", "after_step", "before_all", "before_scenario", "before_step"]
