package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Vma;
import java.util.List;

/**
 * Mappings of files that may be on a disk, which are not armed.
 *
 * <p>A page of such a file that is armed and not in memory is an entry with a marker. In a locked
 * mapping {@code filemap_fault} takes the marker for a page that somebody else has mapped meanwhile
 * ({@code filemap_fault_recheck_pte_none}, mm/filemap.c) and has the access tried again, for ever:
 * mlock(2) never returns, and a store faults until the process is killed (seen on Linux 6.18.44).
 * Shared memory has a fault handler of its own, and is safe.
 */
final class FilesOnDisk {

  /** How the paths of memory begin; a tmpfs mounted elsewhere is not known by its path. */
  private static final List<String> MEMORY =
      List.of("/memfd:", "/dev/shm/", "/SYSV", "/dev/zero (deleted)", "/anon_hugepage", "[");

  private FilesOnDisk() {}

  /** {@return whether a mapping is of a file that is not known to be in memory} */
  static boolean has(Vma vma) {
    return vma.inode() != 0 && MEMORY.stream().noneMatch(vma.path()::startsWith);
  }
}
