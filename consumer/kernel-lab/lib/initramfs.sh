# The first file system of the guest: busybox, the modules for disk, ports and swap, and init.

prepare_busybox() {
  fetch busybox download busybox-static
  BUSYBOX=$LAB/packages/busybox/bin/busybox
  [ -x "$BUSYBOX" ] || BUSYBOX=$LAB/packages/busybox/usr/bin/busybox
}

# add_module FOLDER NAME: the module after what it depends on; one that is built in has no file.
add_module() {
  local folder=$1 name=$2 file dependency
  [ ! -e "$folder/$name.ko" ] || return 0
  file=$(kernel_file "${name//[-_]/[-_]}.ko*")
  [ -n "$file" ] || return 0
  case $file in
    *.xz) xz -dc "$file" >"$folder/$name.ko" ;;
    *) cp "$file" "$folder/$name.ko" ;;
  esac
  # The packages carry no modules.dep; each module names its own dependencies.
  for dependency in $(tr '\0' '\n' <"$folder/$name.ko" | sed -n 's/^depends=//p' | tr ',' ' '); do
    add_module "$folder" "$dependency"
  done
  echo "$name" >>"$folder/order"
}

make_initramfs() { # make_initramfs FILE SWAP_MIB
  local file=$1 tree=$RUN/initramfs module
  mkdir -p "$tree"/{bin,modules,proc,sys,dev,root}
  cp "$BUSYBOX" "$tree/bin/busybox"
  cp "$HERE/guest/init" "$tree/init"
  printf '%s\n' "swap_mib=$2" "gib_pages=$GIB_PAGES" >"$tree/settings"
  : >"$tree/modules/order"
  for module in virtio_pci virtio_blk virtio_console crc32c_generic ext4 zsmalloc zram lzo-rle; do
    add_module "$tree/modules" "$module"
  done
  (cd "$tree" && find . | "$BUSYBOX" cpio -o -H newc -R 0:0 2>/dev/null) >"$file"
}
