package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.MemoryFile;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Tells mappings of files that may be on a disk, which are not armed, from shared memory.
 *
 * <p>A page of such a file that is armed and not in memory is an entry with a marker. In a locked
 * mapping {@code filemap_fault} takes the marker for a page that somebody else has mapped meanwhile
 * ({@code filemap_fault_recheck_pte_none}, mm/filemap.c) and has the access tried again, for ever:
 * mlock(2) never returns, and a store faults until the process is killed (seen on Linux 6.18.44).
 * Shared memory has a fault handler of its own, and is safe.
 *
 * <p>What a file is on is told by its device, never by its path: anybody may mount a disk on {@code
 * /dev/shm}, and name a file in the root folder {@code /memfd:}.
 */
final class FilesOnDisk {

  /**
   * The device of memory that lies in no folder: memfd, System V, shared and anonymous ({@code
   * shm_mnt}, mm/shmem.c).
   */
  private static final OptionalLong NAMELESS = namelessDevice();

  /** How the paths of memory begin that lies in no folder, that of hugetlbfs as well. */
  private static final List<String> NAMES_OF_NAMELESS =
      List.of("/anon_hugepage", "/memfd:", "/SYSV");

  private final MemoryIdentity identity;

  /** What is not armed. */
  enum Kind {
    MAY_BE_ON_A_DISK,
    HUGETLB
  }

  FilesOnDisk(MemoryIdentity identity) {
    this.identity = identity;
  }

  private static OptionalLong namelessDevice() {
    try (MemoryFile file = MemoryFile.create("device", Abi.MFD_NOEXEC_SEAL)) {
      return OptionalLong.of(file.device());
    } catch (KernelException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * {@return those of some mappings, listed before, that are of a file not known to be in memory}
   */
  Map<Kind, List<Vma>> among(List<Vma> mappings) {
    List<Vma> files = mappings.stream().filter(FilesOnDisk::isOfNamedFile).toList();
    if (files.isEmpty()) {
      return new EnumMap<>(Kind.class);
    }
    // Read anew: the number of a device that has gone is given to the next one.
    FileSystems mounted = FileSystems.read(identity.path("mountinfo"));
    return files.stream()
        .filter(vma -> !mounted.type(vma.device()).equals("tmpfs"))
        .collect(
            Collectors.groupingBy(
                vma -> kind(vma, mounted.type(vma.device())),
                () -> new EnumMap<>(Kind.class),
                Collectors.toList()));
  }

  private static boolean isOfNamedFile(Vma vma) {
    return vma.inode() != 0 && !(NAMELESS.isPresent() && vma.device() == NAMELESS.getAsLong());
  }

  private static Kind kind(Vma vma, String type) {
    boolean nameless =
        type.isEmpty() && NAMES_OF_NAMELESS.stream().anyMatch(vma.path()::startsWith);
    return nameless || type.equals("hugetlbfs") ? Kind.HUGETLB : Kind.MAY_BE_ON_A_DISK;
  }
}
