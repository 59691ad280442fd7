package io.github.dirtyrange.snapshot;

import io.github.dirtyrange.kernel.MemoryKind;
import io.github.dirtyrange.kernel.Vma;
import java.util.Set;

/** What a mapping is to who copies its pages: where the bytes of those are that nobody touched. */
enum MappingClass {
  /** Memory of the process alone: what nobody touched holds nothing. */
  ANONYMOUS,

  /** A private mapping of a file: what the process has not written is the file's. */
  PRIVATE_FILE,

  /** A file that others reach by its name: all of it is there. */
  SHARED_FILE,

  /**
   * Shared memory, or a file that no name leads to: once nobody has it any more, its bytes are
   * nowhere. It may have been written by others, or through a call.
   */
  NAMELESS_FILE,

  /** Code that the kernel gives to all: what nobody touched is there as well. */
  KERNEL_CODE,

  /** Memory of a device or of the kernel: to read it may do something. */
  DEVICE;

  private static final String DELETED = " (deleted)";
  private static final String KERNEL_CODE_PATH = "[vdso]";
  private static final Set<String> KERNELS = Set.of("[vvar]", "[vvar_vclock]", "[vsyscall]");

  /** {@return what a mapping is} */
  static MappingClass of(Vma vma) {
    if (isOfDevice(vma.path())) {
      return DEVICE;
    }
    if (vma.path().equals(KERNEL_CODE_PATH)) {
      return KERNEL_CODE;
    }
    if (MemoryKind.of(vma) == MemoryKind.PRIVATE_ANONYMOUS) {
      return ANONYMOUS;
    }
    if (!isReachable(vma)) {
      return NAMELESS_FILE;
    }
    return vma.shared() ? SHARED_FILE : PRIVATE_FILE;
  }

  private static boolean isOfDevice(String path) {
    if (KERNELS.contains(path) || path.startsWith("anon_inode:")) {
      return true;
    }
    return path.startsWith("/dev/") && !path.startsWith("/dev/shm/") && !isOfZeroes(path);
  }

  /** /dev/zero, mapped, is memory. */
  private static boolean isOfZeroes(String path) {
    return path.equals("/dev/zero")
        || path.equals("/dev/zero" + DELETED)
        || path.startsWith("/dev/hugepages/");
  }

  /** Shared memory of POSIX has a name, too, and is memory all the same. */
  private static boolean isReachable(Vma vma) {
    String path = vma.path();
    return path.startsWith("/") && !path.endsWith(DELETED) && !path.startsWith("/dev/shm/");
  }
}
