"""The variables that keep libraries from talking by themselves; set before any other import, in every process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

SILENCE: Mapping[str, str] = MappingProxyType(
    {
        # onnxruntime (in chromadb and faster-whisper) uploads after about ten seconds; its run-time switch is too late.
        "ORT_DISABLE_TELEMETRY": "1",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "CHROMA_TELEMETRY_ENABLED": "False",
        "DO_NOT_TRACK": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
)

MEMORY_LIMIT_VARIABLE = "INDOORS_MEMORY_LIMIT_BYTES"
"""Given to a child: the most address space it may have."""
PARENT_VARIABLE = "INDOORS_PARENT_PID"
"""Given to a child: who started it, so that it leaves when that process is gone."""
PROVING_VARIABLE = "INDOORS_PROVING"
"""Given to a child of `indoors prove`: it then answers the verb "prove" and no other."""
SEALED, UNSEALED = "sealed", "unsealed"
"""The values of PROVING_VARIABLE: as always, or for the control run."""


def hush() -> None:
    """Set the variables in this process; children started by Indoors get them too."""
    os.environ.update(SILENCE)
