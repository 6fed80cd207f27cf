#!/bin/sh
# usage: fresh.sh SUITE ROOT [COMMAND]
# Makes a bare Debian SUITE in ROOT, which has make, git and ca-certificates, and runs the README's two commands in it, or
# COMMAND, on a clean clone of HEAD. Their exit status is its own. ROOT stays, to be looked into.
# Of this system it has only what the clients of package registries are told: mirror, proxies, certificates.
set -eu

suite=$1 root=$2 command=${3:-make run && make test}
log=$root.log

fail() {
    printf 'fresh.sh: %s\n' "$*" >&2
    exit 1
}

# Where this system's own packages come from. If it is no Debian: nothing, mmdebstrap knows a mirror.
mirror() {
    . /etc/os-release
    [ "$ID" != debian ] || apt-get indextargets --format '$(REPO_URI)' "Release: $VERSION_CODENAME" 'Component: main' \
        'Identifier: Packages' | head -n 1
}

make_root() {
    rm -rf "$root"
    apt-config dump Acquire::http Acquire::https Acquire::Retries Acquire::Check-Valid-Until Acquire::Check-Date \
        >"$root.apt.conf"
    mmdebstrap --variant=minbase --include=make,git,ca-certificates --aptopt="$root.apt.conf" "$suite" "$root" \
        $(mirror) >"$log" 2>&1 || fail "mmdebstrap can't make $suite, offline? $(tail -n 3 "$log")"
}

# What npm and cargo are told by files, and whom all trust.
configure_clients() {
    for file in .npmrc .cargo/config.toml; do
        [ ! -f "$HOME/$file" ] || install -D -m 600 "$HOME/$file" "$root/root/$file"
    done
    [ ! -d /usr/local/share/ca-certificates ] || cp -RL /usr/local/share/ca-certificates "$root/usr/local/share"
    chroot "$root" update-ca-certificates >"$log" 2>&1 || fail "update-ca-certificates failed: $(cat "$log")"
}

# What they are told by the environment.
variables='(https?|all|no)_proxy|ssl_cert_(file|dir)|node_extra_ca_certs|npm_config_(registry|cafile|.*proxy)'
variables="$variables|cargo_(http|net|registr|source)[a-z_]*"
environment() {
    echo HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "TERM=${TERM:-dumb}"
    env | grep -iE "^($variables)=" || true
}

[ "$(id -u)" = 0 ] || fail "a root directory takes root: sudo make test-fresh"
echo "fresh.sh: making a bare Debian, $suite, in $root"
make_root
configure_clients
git clone --quiet --no-hardlinks . "$root/root/wasinit" || fail "HEAD can't be cloned"
exec unshare --mount --pid --fork --kill-child tests/fresh/enter.sh "$root" env -i $(environment) \
    sh -c "cd && cd wasinit && $command" </dev/null
