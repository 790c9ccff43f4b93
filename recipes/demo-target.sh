#!/bin/sh
# Makes the target of the demo again: a small ResNet 18, trained on rendered persons only.
#   sh recipes/demo-target.sh [work folder]
# The seeds differ from those of the demo and of the tests, so that nobody rendered there was seen in training.
set -eu
work=${1:-runs/demo-target}
attrimeter render "$work/persons" --identities 400 --test-identities 100 --images 12 --seed 7
attrimeter train-target "$work/persons" --out "$work" --profile demo --epochs 16 --seed 0 --device cpu
cp "$work/target.safetensors" src/attrimeter/workflows/demo-target.safetensors
