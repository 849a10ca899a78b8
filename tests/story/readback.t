#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the editors write, read by readers that share nothing with them.
python3 -c 'import yaml, tomllib' 2>/dev/null || { echo "1..0 # SKIP python3-yaml is not installed"; exit 0; }
exec python3 "$srcdir/tests/story/readback.py" "$builddir/tests/story/helper_edit" "${SEED:-1}" "${COUNT:-1500}"
