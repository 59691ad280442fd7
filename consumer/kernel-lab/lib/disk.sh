# The guest's root disk: busybox, the Java runtime, the project's jars, what the caller adds, and
# the shared libraries that these need; made into ext4 without mounting anything.

lay_out_system() { # lay_out_system ROOT
  local root=$1 applet
  mkdir -p "$root"/{app,bin,dev,etc,out,proc,root,run,sys,tmp,usr/bin,var/tmp}
  chmod 1777 "$root"/{tmp,var/tmp}
  cp "$BUSYBOX" "$root/bin/busybox"
  for applet in $("$BUSYBOX" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/tmp:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nuser:x:1000:\n' >"$root/etc/group"
  echo '127.0.0.1 localhost kernel-lab' >"$root/etc/hosts"
}

lay_out_project() { # lay_out_project ROOT
  local root=$1 target=$PROJECT/consumer/target
  cp -aL "$RUNTIME" "$root/jre"
  cp -a "$target/dirtyrange.jar" "$target/lib" "$root/app/"
  cp "$HERE/guest/dirtyrange" "$HERE/guest/pressed" "$root/bin/"
}

add_from_host() { # add_from_host ROOT SOURCE:DESTINATION
  local complaint
  complaint=$(place_from_host "$1" "${2%%:*}" "$1/${2#*:}" 2>&1) ||
    give_up "--add: cannot put ${2%%:*} at ${2#*:}: $(head -n 1 <<<"${complaint//"$1"/}")"
}

# What is in the way is removed first: most of /bin are links, and busybox would be written through them.
place_from_host() { # place_from_host ROOT SOURCE DESTINATION
  mkdir -p "$(dirname "$3")" || return
  if [ -d "$2" ]; then
    mkdir -p "$3" && cp -aL --remove-destination "$2/." "$3"
  else
    cp -aL --remove-destination "$2" "$3"
  fi
}

# Copies the host's libraries that programs below ROOT are linked with.
add_libraries() { # add_libraries ROOT
  local root=$1 library
  find "$root" -type f \( -perm -100 -o -name '*.so*' \) ! -name busybox -print0 |
    { xargs -0 -r ldd 2>/dev/null || true; } |
    awk '$2 == "=>" && $3 ~ "^/" {print $3} $1 ~ "^/lib.*/ld-" {print $1}' | sort -u |
    while read -r library; do
      case $library in "$root"/*) continue ;; esac
      mkdir -p "$root$(dirname "$library")"
      cp -L "$library" "$root$library"
    done
}

# quoted WORD...: the words as one line for the guest's shell.
quoted() {
  local word quote="'\\''"
  for word in "$@"; do printf " '%s'" "${word//\'/$quote}"; done
  echo
}

# make_disk FILE: with $ADDITIONS on it and $COMMAND to be run. 256 MiB of it are free.
make_disk() {
  local file=$1 root=$RUN/root addition
  lay_out_system "$root"
  lay_out_project "$root"
  for addition in "${ADDITIONS[@]}"; do add_from_host "$root" "$addition"; done
  echo "exec$(quoted "${COMMAND[@]}")" >"$root/command"
  add_libraries "$root"
  mke2fs -q -F -t ext4 -O ^has_journal -E root_owner=0:0,lazy_itable_init=1 -m 0 -d "$root" "$file" \
    "$(($(du -sm "$root" | cut -f1) * 5 / 4 + 256))M" >/dev/null || give_up 'mke2fs cannot make the disk'
  rm -rf "$root"
}
