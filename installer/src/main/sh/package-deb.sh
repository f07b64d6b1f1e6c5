# Debian packages from the staged trees: read by package.sh.
# LIMELIGHT_COMPRESSION is for whoever tries something and cannot wait for xz: none or gzip.

# deb PACKAGE: with its control file from the template, with version, processor and size.
deb() {
    root=$work/$1
    documentation=$root/usr/share/doc/$1
    mkdir -p "$root/DEBIAN" "$root/usr/share/lintian/overrides"
    {
        printf '%s (%s) unstable; urgency=medium\n\n' "$1" "$version"
        printf '  * What changed is in NEWS.md.gz.\n\n'
        printf ' -- Limelight maintainers <limelight@localhost.invalid>  %s\n' "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$documentation/changelog.gz"
    if [ -f "$source/deb/$1.lintian-overrides" ]; then
        cp "$source/deb/$1.lintian-overrides" "$root/usr/share/lintian/overrides/$1"
    fi
    rmdir "$root/usr/share/lintian/overrides" "$root/usr/share/lintian" 2>/dev/null || true
    size=$(du -sk "$root" | cut -f 1)
    sed -e "s/@VERSION@/$version/g" -e "s/@MACHINE@/$machine/g" -e "s/@SIZE@/$size/g" \
        "$source/deb/$1.control" >"$root/DEBIAN/control"
    for script in preinst postinst prerm postrm; do
        if [ -f "$source/deb/$1.$script" ]; then
            cp "$source/deb/$1.$script" "$root/DEBIAN/$script"
            chmod 755 "$root/DEBIAN/$script"
        fi
    done
    (cd "$root" && find usr -type f -print0 2>/dev/null | sort -z | xargs -0 -r md5sum >DEBIAN/md5sums)
    settle "$root"
    dpkg-deb --root-owner-group "-Z${LIMELIGHT_COMPRESSION-xz}" --build "$root" "$work/$1.deb" >/dev/null
    file=$1_${version}_$(sed -n 's/^Architecture: //p' "$root/DEBIAN/control").deb
    mv "$work/$1.deb" "$out/$file"
    say "$out/$file"
}
