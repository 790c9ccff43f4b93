#!/bin/sh
# Trains targets of which it is known what they rely on, and one plain target to compare with; fits
# interpreters on them; and checks what all explainers say of them:
#   head, lower, hue: never see the head, the lower body, or any hue (brightness stays)
#   marked: knows persons by a mark on their backpack alone
#   place: knows persons by the background alone, before which each of them was always seen in training
#   realplace: the same, but the persons kept their clothes: it could have learnt either
#   other: as the demo's target, but trained on other persons and from another seed
# The names are what 'attrimeter check planted' looks for: <case>/target.safetensors (or
# <case>.safetensors), and <case>-<any name> for every interpreter of it.
#   sh recipes/planted-targets.sh [work folder] [persons rendered by demo-target.sh]
set -eu
work=${1:-runs/planted}
persons=${2:-$work/persons}

# train <name> <data set> [options]
train() {
    name=$1 data=$2
    shift 2
    attrimeter train-target "$data" --out "$work/$name" --profile demo --epochs 8 --warm-up-epochs 1 --device cpu "$@"
}

# interpret <name> <data set> [options of the counterfactual form]
interpret() {
    name=$1 data=$2
    shift 2
    attrimeter fit "$work/$name/target.safetensors" --form counterfactual --out "$work/$name-counterfactual" \
        --no-trust "$@"
    attrimeter fit "$work/$name/target.safetensors" "$data" --form distilled --out "$work/$name-distilled" \
        --no-trust
}

[ -d "$persons" ] || attrimeter render "$persons" --identities 400 --test-identities 100 --images 12 --seed 7
for unseen in hue head lower; do
    train "$unseen" "$persons" --blind "$unseen"
    interpret "$unseen" "$persons"
done

attrimeter render "$work/marked-persons" --identities 400 --test-identities 60 --images 12 --seed 11 \
    --mark backpack --disguised
train marked "$work/marked-persons"
attrimeter render "$work/marked-labelled" --identities 400 --test-identities 60 --images 8 --seed 13 --mark backpack
interpret marked "$work/marked-labelled" --mark

attrimeter render "$work/place-persons" --identities 400 --test-identities 60 --images 12 --seed 21 \
    --mark background --disguised
train place "$work/place-persons"
interpret place "$persons" --pairs 9000 --epochs 6 --no-mirrored
attrimeter render "$work/realplace-persons" --identities 400 --test-identities 60 --images 12 --seed 21 \
    --mark background
train realplace "$work/realplace-persons"
interpret realplace "$persons" --pairs 9000 --epochs 6 --no-mirrored

attrimeter render "$work/other-persons" --identities 300 --test-identities 60 --images 12 --seed 12
train other "$work/other-persons" --seed 1

attrimeter check planted "$work" --json "$work/planted.json"
