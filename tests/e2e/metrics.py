# Metrics of standard input, read by Prometheus's own parser, as JSON.

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

json.dump(
    [
        {
            "name": family.name,
            "help": family.documentation,
            "type": family.type,
            "samples": [{"name": s.name, "labels": s.labels, "value": str(s.value)} for s in family.samples],
        }
        for family in text_string_to_metric_families(sys.stdin.read())
    ],
    sys.stdout,
)
