# Boots the guest and waits for its end. The console goes to a log file; the command's output, its
# status and its files each come through a port of their own, so that none can garble another.

# The console of the guest that ended last. Each has its own in $RUN until then: several may run.
readonly CONSOLE=$LAB/console.log

keep_console() { [ ! -e "$RUN/console" ] || mv -f "$RUN/console" "$CONSOLE"; }

# port NUMBER NAME PATH: a virtio port of the guest that writes to a file of the host.
port() {
  printf '%s\n' -chardev "file,id=$2,path=$3" -device "virtserialport,chardev=$2,name=$2,nr=$1"
}

# The guest's memory in equal parts; pages can be moved between nodes with move_pages(2).
numa_arguments() {
  local node
  [ "$NODES" -gt 1 ] || return 0
  for ((node = 0; node < NODES; node++)); do
    printf '%s\n' -object "memory-backend-ram,id=memory$node,size=$((MEMORY_MIB / NODES))M" \
      -numa "node,memdev=memory$node"
  done
}

# Instructions as time need one thread for all that is emulated.
accelerator_arguments() {
  if [ -n "$ICOUNT" ]; then
    printf '%s\n' -accel tcg,thread=single -icount shift=0,sleep=off
  else
    printf '%s\n' -accel tcg,thread=multi
  fi
}

# Pages of 1 GiB are taken when the kernel boots, and the processor must have them.
processor() { [ "$GIB_PAGES" = 0 ] && echo qemu64 || echo qemu64,+pdpe1gb; }
gib_pages() { [ "$GIB_PAGES" = 0 ] || echo " hugepagesz=1G hugepages=$GIB_PAGES"; }

qemu_arguments() { # qemu_arguments INITRAMFS DISK
  accelerator_arguments
  printf '%s\n' -nodefaults -no-user-config -display none -no-reboot \
    -cpu "$(processor)" -smp "$CPUS" -m "$((MEMORY_MIB / NODES * NODES))" \
    -kernel "$(kernel_file 'vmlinuz*')" -initrd "$1" \
    -append "console=ttyS0 quiet loglevel=5 panic=-1 oops=panic mitigations=off$(gib_pages)" \
    -drive "file=$2,if=virtio,format=raw,cache=unsafe" \
    -serial "file:$RUN/console" -device virtio-serial-pci
  numa_arguments
  port 1 stdout /dev/fd/3
  port 2 stderr /dev/fd/4
  port 3 status "$RUN/status"
  port 4 files "$RUN/files.tar"
}

# How "run" ends when what the guest says could not be written: EX_IOERR.
readonly OUTPUT_FAILED=74

output_failed() { # output_failed WHY
  say "cannot write the output: $1"
  exit "$OUTPUT_FAILED"
}

# Copies the command's output to ours. Who does not take it wants no more of the guest. A signal to all that runs at
# this terminal is for "run": this ends when there is no more to copy.
hand_out() {
  trap '' HUP INT QUIT TERM
  cat 2>"$RUN/untaken" || kill -s USR1 $$
}

# That who read it has gone is no news to anybody. Where SIGPIPE is ignored, cat has words for it.
output_untaken() {
  local why
  why=$(tail -n 1 "$RUN/untaken")
  case $why in
    '' | *'Broken pipe') exit 141 ;;
    *) output_failed "${why##*: }" ;;
  esac
}

# What cannot be said has no effect on the guest.
hand_out_errors() {
  trap '' HUP INT QUIT TERM
  cat >&2 2>/dev/null || cat >/dev/null
}

# boot INITRAMFS DISK: the command's output on stdout and stderr; leaves status and files in $RUN.
boot() {
  local arguments output errors ended=0
  mapfile -t arguments < <(qemu_arguments "$@")
  # Through pipes: opening /dev/fd/N must not truncate a file that the caller has redirected to.
  exec 3> >(hand_out)
  output=$!
  exec 4> >(exec 3>&- && hand_out_errors)
  errors=$!
  "${LEASH[@]}" timeout --foreground -k 5 "$SECONDS_LIMIT" "${LEASH[@]}" "${QEMU[@]}" "${arguments[@]}" \
    </dev/null >&2 2>"$RUN/qemu.log" &
  CHILD=$!
  exec 3>&- 4>&-
  wait_for_child || ended=$?
  echo "$ended" >"$RUN/ended"
  wait "$output" "$errors" || true
}

# Why there is no status: the console's first line of trouble, or qemu's own complaint.
trouble() {
  local word
  word=$(first_line 'Kernel panic|BUG:|Oops' || first_line '^init:' || tail -n 1 "$RUN/qemu.log")
  echo "${word:-it said nothing (too little --memory?)}" | tr -d '\r'
}

first_line() { grep -a -s -m 1 -E "$1" "$RUN/console"; } # first_line PATTERN

# A kernel that crashes ends qemu, which finds nothing wrong with that; init says when it gives up.
crashed() { [ "$(cat "$RUN/ended")" = 0 ] && ! first_line '^init: cannot go on' >/dev/null; }

# Returns the command's status, 124 out of time, or gives up.
guest_status() {
  local status how='ended without a status'
  if [ "$(cat "$RUN/ended")" = 124 ]; then
    say "the guest was stopped after $SECONDS_LIMIT s (--timeout)"
    return 124
  fi
  status=$(cat "$RUN/status" 2>/dev/null || true)
  if [ -z "$status" ]; then
    ! crashed || how=crashed
    give_up "the guest $how: $(trouble); its console is in $CONSOLE"
  fi
  return "$status"
}
