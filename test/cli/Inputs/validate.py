# validate.py - holds JSON documents against a JSON Schema.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: validate.py SCHEMA DOCUMENT...
#
# A member that the schema does not name is a mistake here, as the schema is to be
# complete; whoever else uses it has to expect new members.
import json
import os
import sys
from pathlib import Path

try:
    import jsonschema
except ImportError:
    # The Python that runs the tests may not be the one that Debian's modules are for.
    if sys.executable == "/usr/bin/python3" or not Path("/usr/bin/python3").exists():
        sys.exit("validate.py: python3-jsonschema is missing")
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])


def closed(schema):
    """SCHEMA, with its objects refusing members that they do not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        copy.setdefault("additionalProperties", False)
    return copy


schema = json.loads(Path(sys.argv[1]).read_text())
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(closed(schema))
mistakes = 0
for path in sys.argv[2:]:
    for error in validator.iter_errors(json.loads(Path(path).read_text())):
        where = "/".join(str(step) for step in error.absolute_path)
        print(f"{path}: {where}: {error.message[:300]}")
        mistakes += 1
sys.exit(1 if mistakes else 0)
