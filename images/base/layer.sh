# shellcheck shell=sh
# A layer that is equal for equal inputs: source this, then layer_begin … layer_end.

# Remember when the layer began.
layer_begin() {
    epoch=${SOURCE_DATE_EPOCH:-0}
    export SOURCE_DATE_EPOCH="$epoch"
    touch /run/layer-began
}

# Remove what differs from build to build, and give all that is new the same time. What the layer
# below has already is emptied instead: the mark of a removed file would carry today's time.
layer_end() {
    rm -rf /var/lib/apt/lists/*_* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb \
        /var/cache/ldconfig/aux-cache /tmp/* /root/.cache /home/app/.cache
    find /var/log /etc/*- /var/cache/debconf/*-old /var/lib/dpkg/*-old -type f \
        -exec truncate --size 0 {} +
    find / -xdev -newer /run/layer-began ! -path '/run/layer-began' \
        ! -path '/proc/*' ! -path '/sys/*' ! -path '/dev/*' ! -path '/mnt/*' \
        -exec touch -h -d "@$epoch" {} +
    rm /run/layer-began
    touch -d "@$epoch" /run
}
