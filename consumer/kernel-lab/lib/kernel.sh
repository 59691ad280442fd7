# A stock kernel by version. Sets KERNEL_PACKAGE (its name) and KERNEL_FOLDER (where it is unpacked).

# The names of kernel packages for a version and flavour, newest first.
kernel_names() { # kernel_names VERSION FLAVOUR
  private_apt apt-cache pkgnames linux-image- |
    grep -E "^linux-image-[0-9][0-9a-z.+]*(-[0-9]+)?$2\$" |
    { if [ "$1" = next ]; then cat; else grep -F -e "linux-image-$1." -e "linux-image-$1-" || true; fi; } |
    sort -Vr
}

# apt also names packages that are only mentioned by others: take the newest that it can show.
newest_kernel() { # newest_kernel VERSION FLAVOUR
  local name
  while read -r name; do
    private_apt apt-cache show "$name" >/dev/null 2>&1 || continue
    echo "$name"
    return
  done < <(kernel_names "$1" "$2")
}

# From 7.x on the image package is empty and its parts are packages of their own.
kernel_parts() { # kernel_parts PACKAGE
  private_apt apt-cache depends "$1" |
    sed -n 's/^ *Depends: \(linux-\(base\|binary\|modules\)-[0-9].*\)$/\1/p'
}

# choose_kernel KERNEL: 6.1, 6.12, 7.3, ..., next (the newest), each also with -full.
choose_kernel() {
  local version=${1%-full} flavour=-cloud-amd64 parts config
  [ "$version" = "$1" ] || flavour=-amd64
  KERNEL_PACKAGE=$(newest_kernel "$version" "$flavour")
  [ -n "$KERNEL_PACKAGE" ] || give_up "no kernel $1 among the packages of $LAB_SUITES"
  mapfile -t parts < <(kernel_parts "$KERNEL_PACKAGE")
  fetch "$KERNEL_PACKAGE" download "${parts[@]}" "$KERNEL_PACKAGE"
  KERNEL_FOLDER=$LAB/packages/$KERNEL_PACKAGE
  config=$(kernel_file 'config*')
  grep -q '^CONFIG_MEM_SOFT_DIRTY=y' "$config" || give_up "$KERNEL_PACKAGE is built without soft-dirty"
}

# kernel_file NAME-PATTERN: the first file of that name in the kernel's packages, or nothing.
kernel_file() { find "$KERNEL_FOLDER" -type f -name "$1" -print -quit; }

# Says before anything is fetched that there cannot be such a kernel. Names are in small letters.
require_kernel() { # require_kernel NAME
  if is_queue_kernel "$1"; then
    require_queue_kernel "$1"
  else
    [[ $1 =~ ^(next|[0-9][0-9a-z.+]*)(-full)?$ ]] ||
      give_up "no kernel $1: there are versions like 6.12, next, both also with -full, queue, queue-base, queue-checked and $(mutant_names)"
  fi
}
