#!/bin/sh
# A small run of everything with fixed seeds: run it before and after a change that must not change a number, and
# compare the two folders' 'numbers' with compare_numbers.py (how long things took is left out). Five minutes on two cores.
#   sh recipes/fixed-run.sh <new folder> [folder of the package's source]
set -eu
mkdir -p "$1/numbers"
target=${2:-src/attrimeter}/workflows/demo-target.safetensors
cp "$target" "$1/target.safetensors"
cd "$1"
export OMP_NUM_THREADS=1
attrimeter render persons --identities 24 --test-identities 16 --images 6 --seed 31
attrimeter fit target.safetensors --out counterfactual --pairs 300 --epochs 2 --no-trust --cache cache --device cpu
attrimeter fit target.safetensors persons --out distilled --form distilled --epochs 2 --no-trust --cache cache --device cpu
attrimeter fit target.safetensors persons --out exact --form exact --epochs 2 --no-trust --cache cache --device cpu
set -- $(ls persons/query/*.png persons/query/*.jpg 2>/dev/null | sed -n '1p;9p')
for form in counterfactual distilled exact; do
    attrimeter explain "$1" "$2" --interpreter "$form" --json "numbers/explain-$form.json" --device cpu
    attrimeter calibrate "$form" persons --cache cache --device cpu >"numbers/calibrate-$form.txt"
    attrimeter evaluate "$form" persons --reweight --json "numbers/evaluate-$form.json" --cache cache --device cpu
    attrimeter audit "$form" persons --json "numbers/audit-$form.json" --cache cache --device cpu
    python -c "
from safetensors.numpy import load_file
import hashlib, sys
for path in sys.argv[1:]:
    for name, value in sorted(load_file(path).items()):
        print(name, hashlib.sha256(value.tobytes()).hexdigest()[:16], float(abs(value).sum()))
" "$form"/*.safetensors >"numbers/weights-$form.txt"
done
attrimeter benchmark target.safetensors counterfactual distilled exact --pairs 24 --ceiling \
    --json numbers/benchmark.json --cache cache --device cpu
python - numbers/benchmark.json <<'END'
import json, sys
document = json.load(open(sys.argv[1]))
document.pop("seconds")
for explainer in document["explainers"]:
    explainer.pop("milliseconds")
json.dump(document, open(sys.argv[1], "w"), indent=1)
END
