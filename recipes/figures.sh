#!/bin/sh
# Draws the pictures of the documentation, all of rendered persons. The pair and the contact sheet take five minutes.
# The two others take hours to prepare, and are drawn only where what they show is in the work folder:
#   benchmark.png: the interpreters counterfactual, distilled and exact, fitted as docs/results/truth.md says
#   audit.png: lower-counterfactual, from 'sh recipes/planted-targets.sh <work folder>'
#   sh recipes/figures.sh [work folder]
set -eu
work=${1:-runs/figures}
target=src/attrimeter/workflows/demo-target.safetensors
figures=docs/figures

attrimeter demo --out "$work/demo"
cp "$work/demo/pair-1.png" "$figures/explained-pair.png"
python recipes/contact_sheet.py "$figures/contact-sheet.jpg"

if [ -d "$work/counterfactual" ]; then
    attrimeter benchmark "$target" "$work/counterfactual" "$work/distilled" "$work/exact" --ceiling \
        --figure "$figures/benchmark.png"
fi
if [ -d "$work/lower-counterfactual" ]; then
    attrimeter audit "$work/lower-counterfactual" "$work/demo/rendered-persons" --figure "$figures/audit.png"
fi
