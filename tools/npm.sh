#!/bin/sh
# npm for the image that Troupe is built in: npm's own package from the registry, a tenth of what Debian's npm brings, which
# is 350 packages; Debian's where the registry has it not. NODE_EXTRA_CA_CERTS and npm_config_registry are heeded.
set -eu
version=10.9.4
sha512=3a7506f37e85c1ba1021baad79f0cd9724748131f321fc117c4dc3ba235ec01be7327584a41d15117c01945560aa9373220628fcc1e1dddd877a5fe9b336a900

registry=${npm_config_registry:-https://registry.npmjs.org}
archive=$(mktemp)
certificates=$(mktemp)
cat /etc/ssl/certs/ca-certificates.crt ${NODE_EXTRA_CA_CERTS:-} >"$certificates"
if curl -fsSL --retry 3 --cacert "$certificates" -o "$archive" "${registry%/}/npm/-/npm-$version.tgz" &&
    echo "$sha512  $archive" | sha512sum -c --quiet -; then
    mkdir -p /opt/npm
    tar -xzf "$archive" -C /opt/npm --strip-components=1
    for program in npm npx; do
        ln -sf "/opt/npm/bin/$program-cli.js" "/usr/local/bin/$program"
    done
    chmod +x /opt/npm/bin/*-cli.js
else
    echo "npm $version cannot be had from $registry: Debian's is installed" >&2
    apt-get install -y -q --no-install-recommends npm
fi
rm -f "$archive" "$certificates"
npm --version
