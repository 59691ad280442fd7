# A kernel that is built here: Debian's source of Linux 6.12 with the queue of queue-kernel/ in it.
# "queue-base" is the same source and configuration without it, "queue-checked" has what finds faults of
# locks and memory, and "queue-MUTANT" a fault of queue-kernel/mutants/ planted. Built once for each state
# of our files, and kept.

readonly QUEUE_SOURCE=linux-source-6.12
readonly QUEUE_KERNEL=$HERE/queue-kernel
readonly QUEUE_LAB=$LAB/queue-kernel

is_queue_kernel() { [ "$1" = queue ] || [[ $1 == queue-* ]]; }

# A mutant is a file of mutants/ by its plain name, and nothing else that a path leads to.
require_queue_kernel() { # require_queue_kernel NAME
  local mutant=${1#queue-}
  case $1 in queue | queue-base | queue-checked) return ;; esac
  { [[ $mutant =~ ^[a-z0-9-]+$ ]] && [ -f "$QUEUE_KERNEL/mutants/$mutant" ]; } ||
    give_up "no kernel $1: beside queue, queue-base and queue-checked there are $(mutant_names)"
}

is_mutant() { # is_mutant VARIANT
  case $1 in '' | base | checked) return 1 ;; esac
}

# Sets KERNEL_PACKAGE and KERNEL_FOLDER, as choose_kernel does for stock kernels.
choose_queue_kernel() { # choose_queue_kernel queue|queue-base|queue-checked|queue-MUTANT
  local variant=${1#queue} tree=patched
  variant=${variant#-}
  case $variant in base | checked) tree=$variant ;; esac
  require_queue_kernel "$1"
  need_command gcc gcc
  need_command make make
  need_command perl perl
  need_command bc bc
  fetch "$QUEUE_SOURCE" download "$QUEUE_SOURCE"
  fetch kernel-build-tools install --download-only --reinstall --yes --no-install-recommends \
    flex bison m4 libelf-dev libelf1
  KERNEL_PACKAGE="Linux of $QUEUE_SOURCE, $1"
  KERNEL_FOLDER=$QUEUE_LAB/images/$1-$(queue_checksum "$variant")
  [ -e "$KERNEL_FOLDER/vmlinuz" ] || build_queue_kernel "$tree" "$variant"
}

mutant_names() { (cd "$QUEUE_KERNEL/mutants" && printf 'queue-%s ' *); }

# What the image depends on: the source package, and our files where they are in it.
queue_checksum() { # queue_checksum VARIANT
  {
    stat -c %s "$(queue_tarball)"
    configuration "$1"
    [ "$1" = base ] || (cd "$QUEUE_KERNEL" && cat insert-hooks $(find fs include -type f | sort))
    ! is_mutant "$1" || cat "$QUEUE_KERNEL/mutants/$1"
  } | cksum | cut -d' ' -f1
}

configuration() { # configuration VARIANT
  cat "$QUEUE_KERNEL/config"
  [ "$1" != checked ] || cat "$QUEUE_KERNEL/config-checked"
}

queue_tarball() { find "$LAB/packages/$QUEUE_SOURCE" -name "$QUEUE_SOURCE.tar.xz" -print -quit; }

build_queue_kernel() { # build_queue_kernel patched|base|checked VARIANT
  local tree=$QUEUE_LAB/$1 start=$SECONDS
  say "building $KERNEL_PACKAGE: some minutes on two idle cores, once"
  # A newer source, or other hooks: its files are told apart by what was unpacked.
  if [ "$(cat "$tree/.unpacked" 2>/dev/null)" != "$(tree_stamp "$1")" ]; then
    unpack_source "$1"
  fi
  [ "$1" = base ] || place_our_files "$tree" "$2"
  configuration "$2" >"$tree/lab-config"
  compile_kernel "$tree"
  mkdir -p "$KERNEL_FOLDER"
  cp "$tree/.config" "$KERNEL_FOLDER/config"
  cp "$tree/arch/x86/boot/bzImage" "$KERNEL_FOLDER/vmlinuz"
  say "built in $((SECONDS - start)) s; the lab takes $(du -sh "$LAB" | cut -f1) of the disk"
}

tree_stamp() { # tree_stamp patched|base|checked
  { stat -c %s "$(queue_tarball)"; [ "$1" = base ] || cat "$QUEUE_KERNEL/insert-hooks"; } | cksum
}

# Without other architectures and most of the documentation: 0.9 GB. All Kconfig files are needed, and a
# makefile of arch/um.
unpack_source() { # unpack_source patched|base|checked
  local tree=$QUEUE_LAB/$1
  rm -rf "$tree"
  mkdir -p "$tree"
  tar -xf "$(queue_tarball)" -C "$tree" --strip-components=1 --anchored --no-wildcards-match-slash \
    --exclude='*/Documentation/*/*' --exclude='*/arch/[!xKu]*' --exclude='*/drivers/gpu/drm/amd/*/*' &&
    tar -xf "$(queue_tarball)" -C "$tree" --strip-components=1 --wildcards '*/*Kconfig*' ||
    give_up "cannot unpack $QUEUE_SOURCE into $tree; is the disk full? It takes 1.3 GB"
  if [ "$1" != base ]; then
    "$QUEUE_KERNEL/insert-hooks" "$tree" >&2 || give_up "this $QUEUE_SOURCE has no place for a hook; see above"
  fi
  tree_stamp "$1" >"$tree/.unpacked"
}

# Only what differs is written, so that only that is compiled again.
place_our_files() { # place_our_files TREE VARIANT
  local file fresh=$QUEUE_LAB/fresh
  rm -rf "$fresh"
  mkdir -p "$fresh"
  cp -r "$QUEUE_KERNEL/fs" "$QUEUE_KERNEL/include" "$fresh/"
  if is_mutant "$2"; then
    (cd "$fresh/fs/proc/pagemap_queue" && "$QUEUE_KERNEL/mutants/$2") ||
      give_up "the mutant $2 does not fit the sources any more"
  fi
  (cd "$fresh" && find fs include -type f) | while read -r file; do
    mkdir -p "$1/$(dirname "$file")"
    cmp -s "$fresh/$file" "$1/$file" || cp "$fresh/$file" "$1/$file"
  done
}

compile_kernel() { # compile_kernel TREE
  local log=$LAB/build-kernel.log
  patiently make_kernel "$1" >"$log" 2>&1 ||
    give_up "the kernel does not build: $(grep -a -m 1 -E 'error|Error' "$log"); see $log"
}

# No step may be passed over: "set -e" does not hold before "||". The shell becomes the last "make", which a
# signal is to end.
make_kernel() { # make_kernel TREE
  local tools=$LAB/packages/kernel-build-tools/usr
  local libraries=$tools/lib/x86_64-linux-gnu
  cd "$1" || exit
  export PATH=$tools/bin:$PATH BISON_PKGDATADIR=$tools/share/bison M4=$tools/bin/m4 LD_LIBRARY_PATH=$libraries
  cmp -s lab-config lab-config.built || {
    make KCONFIG_ALLCONFIG=lab-config allnoconfig HOSTCFLAGS="-I$tools/include" &&
      cp lab-config lab-config.built
  } || exit
  exec make -j"$(nproc)" bzImage HOSTCFLAGS="-I$tools/include" HOSTLDFLAGS="-L$libraries"
}
