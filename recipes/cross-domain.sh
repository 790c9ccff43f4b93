#!/bin/sh
# Fits interpreters of one target in one domain and evaluates them in another:
#   rendered: rendered persons (the counterfactual form learns from rendered edits alone)
#   night: rendered persons of another look
#   real: a labelled data set such as Market-1501 (the exact form learns from its training part)
#   A: its cameras 1 to 3; B: its cameras 4 to 6; the train and the test persons are different ones anyway
# P(same person) and the strengths of re-weighting are learnt on the interpreter's own domain, by 'calibrate', and
# nothing is fitted on another one. Every <interpreter>-<domain>.json holds what 'evaluate' prints.
#   sh recipes/cross-domain.sh <target> <real data set> [work folder] [interpreter of rendered edits]
set -eu
target=$1 real=$2 work=${3:-runs/cross-domain} edits=${4:-}
rendered=$work/rendered-persons
night=$work/night-persons

# own_domain <name> <data set> [options]: calibrates the interpreter of that name, and evaluates it there
own_domain() {
    name=$1 data=$2
    shift 2
    attrimeter calibrate "$work/$name" "$data" "$@"
    attrimeter evaluate "$work/$name" "$data" --reweight --json "$work/$name-own.json" "$@"
}

# other_domain <name> <name of that domain> <data set> [options]
other_domain() {
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

own_domain rendered "$rendered"
other_domain rendered real "$real"
other_domain rendered night "$night"

own_domain night "$night"
other_domain night rendered "$rendered"

own_domain real "$real"
other_domain real rendered "$rendered"
other_domain real A "$real" --cameras 1,2,3
other_domain real B "$real" --cameras 4,5,6

own_domain A "$real" --cameras 1,2,3
other_domain A B "$real" --cameras 4,5,6
own_domain B "$real" --cameras 4,5,6
other_domain B A "$real" --cameras 1,2,3

# Where the truth is measurable: rendered pairs, by all interpreters that explain this target.
attrimeter benchmark "$target" "$work/rendered" "$work/real" "$work/A" "$work/B" --json "$work/benchmark.json"
