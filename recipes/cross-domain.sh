#!/bin/sh
# Fits interpreters of one target in one domain and evaluates them in another:
#   rendered: rendered persons (the counterfactual form learns from rendered edits alone)
#   night: rendered persons of another look
#   real: a labelled data set such as Market-1501 (the exact form learns from its training part)
#   A: its cameras 1 to 3; B: its cameras 4 to 6; the train and the test persons are different ones anyway
# P(same person) and the strengths of re-weighting are learnt where the interpreter is at home, by 'calibrate',
# and nothing is fitted where it is evaluated. Every <home>-<there>.json holds what 'evaluate' prints.
#   sh recipes/cross-domain.sh <target> <real data set> [work folder] [interpreter of rendered edits]
set -eu
target=$1 real=$2 work=${3:-runs/cross-domain} edits=${4:-}
rendered=$work/rendered-persons
night=$work/night-persons

# home <name> <data set> [options]: calibrates the interpreter of that name, and evaluates it at home
home() {
    name=$1 data=$2
    shift 2
    attrimeter calibrate "$work/$name" "$data" "$@"
    attrimeter evaluate "$work/$name" "$data" --reweight --json "$work/$name-home.json" "$@"
}

# away <name> <name of the other domain> <data set> [options]
away() {
    name=$1 there=$2 data=$3
    shift 3
    attrimeter evaluate "$work/$name" --data "$data" --reweight --json "$work/$name-$there.json" "$@"
}

[ -d "$rendered" ] || attrimeter render "$rendered" --identities 500 --test-identities 50 --images 8 --seed 61
[ -d "$night" ] || attrimeter render "$night" --scene night --identities 500 --test-identities 50 --images 8 --seed 62

if [ -n "$edits" ]; then
    cp -r "$edits" "$work/rendered" # calibrating writes into the folder
else
    attrimeter fit "$target" --out "$work/rendered"
fi
attrimeter fit "$target" --scene night --out "$work/night" --no-trust
attrimeter fit "$target" "$real" --form exact --out "$work/real" --no-trust
attrimeter fit "$target" "$real" --form exact --cameras 1,2,3 --out "$work/A" --no-trust
attrimeter fit "$target" "$real" --form exact --cameras 4,5,6 --out "$work/B" --no-trust

home rendered "$rendered"
away rendered real "$real"
away rendered night "$night"

home night "$night"
away night rendered "$rendered"

home real "$real"
away real rendered "$rendered"
away real A "$real" --cameras 1,2,3
away real B "$real" --cameras 4,5,6

home A "$real" --cameras 1,2,3
away A B "$real" --cameras 4,5,6
home B "$real" --cameras 4,5,6
away B A "$real" --cameras 1,2,3

# Where the truth is measurable: rendered pairs, by all interpreters that explain this target.
attrimeter benchmark "$target" "$work/rendered" "$work/real" "$work/A" "$work/B" --json "$work/benchmark.json"
