#!/bin/sh
# Stands in for the interpreter that cyclonedx-py asks for its sys.path: the built layer, alone.
printf '["%s"]' "$LAYER"
