# RPM packages from the staged trees: read by package.sh.
# LIMELIGHT_RPM_PAYLOAD is for whoever tries something and cannot wait for xz: w1.gzdio.

# rpm_of PACKAGE: a tree is packed as it is; what it needs is written down in rpm/NAME.spec, scripts included.
rpm_of() {
    root=$work/$1
    case $machine in
    amd64) processor=x86_64 ;;
    arm64) processor=aarch64 ;;
    esac
    grep -q '^BuildArch: *noarch' "$source/rpm/$1.spec" && processor=noarch
    settle "$root"
    # Folders of its own; those of everybody are the system's.
    (cd "$root" && find usr -type d \( -path usr/lib/limelight -o -path 'usr/lib/limelight/*' -o -path "usr/share/doc/$1" \) \
        -printf '%%dir "/%p"\n' && find usr ! -type d -printf '"/%p"\n') | sort >"$work/$1.files"
    mkdir -p "$work/rpm/$1"
    sed -e "s/@VERSION@/$version/g" "$source/rpm/$1.spec" >"$work/rpm/$1/$1.spec"
    printf '\n%%install\ncp -a "%s/usr" "%%{buildroot}/"\n\n%%files -f %s\n%%defattr(-,root,root,-)\n' \
        "$root" "$work/$1.files" >>"$work/rpm/$1/$1.spec"
    # No step that changes files or looks through jars for what they might need.
    rpmbuild -bb --quiet --target "$processor" \
        --define "_topdir $work/rpm/$1" --define "_rpmdir $work/rpms" --define '_build_id_links none' \
        --define '__os_install_post %{nil}' --define 'debug_package %{nil}' --define '__brp_mangle_shebangs %{nil}' \
        --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
        --define '_buildhost localhost' --define "_binary_payload ${LIMELIGHT_RPM_PAYLOAD-w6.xzdio}" \
        "$work/rpm/$1/$1.spec" >"$work/rpmbuild.log" 2>&1 || {
        tail -n 20 "$work/rpmbuild.log" >&2
        die "rpmbuild failed for $1."
    }
    for file in "$work/rpms/$processor/$1"-*.rpm; do
        mv "$file" "$out/"
        say "$out/${file##*/}"
    done
}
