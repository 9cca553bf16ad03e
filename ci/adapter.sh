#!/bin/sh
# SPDX-License-Identifier: MIT
#
# adapter.sh [--differ] FILE OUT - make an adapter, harness/adapters/*, ready
#
# OUT becomes a program that speaks the line protocol of
# harness/adapter_worker.c; with --differ it is harness/differential.c with
# that adapter and ENGINE (libFuzzer, or the driver that replays). What an
# adapter needs stands in its head, behind `needs:`: for C `nothing` or names
# that pkg-config knows; `python3`; `go`; `npm PACKAGE@VERSION`, which is
# fetched into build/node. Where that is not here one line says so, nothing is
# made, and the exit status is 0.
#
# With WORKER=tests/bench/peer_worker.c it speaks to `make bench` instead.
#
# CC, CFLAGS_ADAPTER, VERSION and LIBRARY (libsmtpspec.a) come from
# ci/vectors.mk; C is told the version of what it needs as ADAPTED_VERSION.
set -eu

differ=
if [ "$1" = --differ ]; then
    differ=1
    shift
fi
file=${1:?no such adapter}
out=$2
name=$(basename "$file")
name=${name%.*}
needs=$(sed -n 's/^.*needs:  *//p' "$file" | head -n 1)
node=${NODE_DIR:-build/node}

skip() {
    rm -f "$out"
    echo "skipped: adapter $name: $*"
    exit 0
}
tool() {
    command -v "$1" >/dev/null 2>&1 || skip "there is no $1 here"
}
# wrap COMMAND...: a program that runs it.
wrap() {
    printf '#!/bin/sh\n%s "$@"\n' "$*" > "$out.$$"
    chmod +x "$out.$$"
    mv "$out.$$" "$out"
}

[ -n "$needs" ] || { echo "$file: its head has no needs:" >&2; exit 1; }
mkdir -p "$(dirname "$out")"
# compile NEEDS SOURCE...: OUT of these and what pkg-config says of NEEDS.
compile() {
    flags=
    if [ "$1" != nothing ]; then
        # $1 is a list of words.
        # shellcheck disable=SC2086
        pkg-config --exists $1 2>/dev/null || skip "no package $1"
        # shellcheck disable=SC2086
        flags=$(pkg-config --cflags --libs $1 | sed 's/-specs=[^ ]*//')
        VERSION=$(pkg-config --modversion "${1%% *}")
    fi
    shift
    # $CFLAGS_ADAPTER and $flags are lists.
    # shellcheck disable=SC2086
    $CC $CFLAGS_ADAPTER -DADAPTED_VERSION="\"$VERSION\"" -o "$out" "$@" \
        "$LIBRARY" $flags -lpthread
}
# Ours is linked in beside the other one, so under other names.
link_differ() {
    # shellcheck disable=SC2086
    $CC $CFLAGS_ADAPTER -DADAPTED_VERSION='""' -Dadapter_read=own_read \
        -Dadapter_version=own_version -c -o "$out.ours.o" \
        harness/adapters/smtpspec.c
    program=build/release/adapters/$name
    case $file in
    *.c) adapter=$file ;;
    *)
        adapter='harness/adapter_process.c harness/worker.c'
        needs=jansson
        [ -x "$program" ] || skip "$program is not made"
        ;;
    esac
    # $adapter and $ENGINE are lists.
    # shellcheck disable=SC2086
    compile "$needs" -DTOLERATES="\"${file%.*}.tolerates\"" \
        -DADAPTER_PROGRAM="\"$program\"" harness/differential.c $adapter \
        "$out.ours.o" $ENGINE
}

if [ "$differ" ]; then
    link_differ
    exit
fi
case $file in
*.c) compile "$needs" "$file" "${WORKER:-harness/adapter_worker.c}" ;;
*.py)
    # The system's, not one that somebody put in front of it; -I, so that a
    # module does not take the adapter of its name for itself.
    python=${PYTHON:-/usr/bin/python3}
    tool "$python"
    wrap "exec $python -I $(realpath "$file")"
    ;;
*.go)
    tool go
    cache=$(realpath "$(dirname "$out")")/go
    GO111MODULE=off GOCACHE=$cache go build -o "$out" "$file"
    ;;
*.js)
    tool node
    package=${needs#npm }
    module=${package%@*}
    if [ ! -e "$node/node_modules/$module" ]; then
        tool npm
        mkdir -p "$node"
        echo '{"private":true}' > "$node/package.json"
        npm install --prefix "$node" --silent --no-audit --no-fund \
            "$package" >/dev/null 2>&1 </dev/null || {
            rm -rf "$node/node_modules"
            skip "npm cannot fetch $package"
        }
    fi
    wrap "NODE_PATH=$(realpath "$node")/node_modules exec node" \
        "$(realpath "$file")"
    ;;
*)
    echo "adapter.sh: no way to run $file" >&2
    exit 1
    ;;
esac
