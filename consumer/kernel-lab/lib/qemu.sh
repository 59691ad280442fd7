# The emulator, from backports: the stable release's version 7.2 corrupts guests with 6.12 kernels.
# Sets QEMU, the command with its own libraries and firmware.

prepare_qemu() {
  local root=$LAB/packages/qemu libraries
  # apt works out which libraries this machine lacks.
  fetch qemu install --download-only --reinstall --yes --no-install-recommends -t "$BACKPORTS" \
    qemu-system-data seabios qemu-system-x86
  libraries=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu
  QEMU=(env "LD_LIBRARY_PATH=$libraries" "$root/usr/bin/qemu-system-x86_64"
    -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -audio none)
  "${QEMU[@]}" --version >/dev/null || give_up "qemu of $BACKPORTS does not start on this machine"
}
