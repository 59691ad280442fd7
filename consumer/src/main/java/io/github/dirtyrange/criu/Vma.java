package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;

/**
 * A mapping, as CRIU has it.
 *
 * @param startVpn its first page
 * @param endVpn the page behind its last one
 * @param offset where it begins in its file, in bytes
 * @param file number of its file in {@code files.img}; of shared memory, that of the memory
 * @param prot what may be done with it: 1 read, 2 write, 4 execute
 * @param flags as mmap has them
 * @param status what it is, by the bits below
 */
record Vma(long startVpn, long endVpn, long offset, long file, int prot, int flags, int status) {

  static final int REGULAR = 1;
  static final int VSYSCALL = 1 << 2;
  static final int VDSO = 1 << 3;
  static final int HEAP = 1 << 5;
  static final int FILE_PRIVATE = 1 << 6;
  static final int FILE_SHARED = 1 << 7;
  static final int ANON_SHARED = 1 << 8;
  static final int ANON_PRIVATE = 1 << 9;
  static final int SYSVIPC = 1 << 10;
  static final int VVAR = 1 << 12;
  static final int MEMFD = 1 << 14;

  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_GROWSDOWN = 0x100;

  private static final int OF_FILE = FILE_PRIVATE | FILE_SHARED;

  /** {@return whether it has one of some bits} */
  boolean is(int bits) {
    return (status & bits) != 0;
  }

  boolean isOfFile() {
    return is(OF_FILE) && !is(MEMFD);
  }

  /** {@return whether other processes may have its pages, too, and no file has them} */
  boolean isSharedMemory() {
    return is(ANON_SHARED | SYSVIPC | MEMFD);
  }

  /** {@return what a page of it is that the pagemap does not name} */
  PageClass notNamed() {
    if (isOfFile()) {
      return PageClass.FILE;
    }
    return is(ANON_PRIVATE) && !is(VVAR) ? PageClass.NOTHING : PageClass.UNREAD;
  }
}
