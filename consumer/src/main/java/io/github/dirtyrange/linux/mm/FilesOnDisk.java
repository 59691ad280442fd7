package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.FileStatus;
import io.github.dirtyrange.linux.sys.MemoryFile;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
 * /dev/shm}, and name a file in the root folder {@code /memfd:}. A node of a device has the device
 * of the folder that it lies in, as in the /dev of a container, which is a tmpfs.
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

  private static final String MOUNT_INFO = "mountinfo";
  private static final int MOST_LOOKS = 5;

  private final MemoryIdentity identity;

  /** A file, as the kernel tells it from all others. */
  private record Inode(long device, long number) {}

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
      return file.device();
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
    FileSystems mounted = mounted();
    Map<Inode, Boolean> regular = new HashMap<>();
    return files.stream()
        .filter(vma -> !isInMemory(vma, mounted, regular))
        .collect(
            Collectors.groupingBy(
                vma -> kind(vma, mounted.type(vma.device())),
                () -> new EnumMap<>(Kind.class),
                Collectors.toList()));
  }

  /** A thread may have ended, and what it has mounted is not known any more. */
  private FileSystems mounted() {
    Optional<FileSystems> mounted = FileSystems.read(identity.path(MOUNT_INFO));
    for (int look = 1; look < MOST_LOOKS && mounted.isEmpty(); look++) {
      identity.renewThread();
      mounted = FileSystems.read(identity.path(MOUNT_INFO));
    }
    return mounted.orElseGet(FileSystems::none);
  }

  private boolean isInMemory(Vma vma, FileSystems mounted, Map<Inode, Boolean> regular) {
    if (!mounted.type(vma.device()).equals("tmpfs")) {
      return false;
    }
    return !mounted.mayHaveNodes(vma.device())
        || regular.computeIfAbsent(
            new Inode(vma.device(), vma.inode()), inode -> isRegular(inode, vma));
  }

  /**
   * {@return whether a file is known to be no node} The first path leads to one without a name as
   * well, which only the privileged may follow; a name is seen from our root folder, or, of what is
   * not mounted there, from that of the process.
   */
  private boolean isRegular(Inode inode, Vma vma) {
    String addresses =
        Long.toHexString(Pages.address(vma.startVpn()))
            + "-"
            + Long.toHexString(Pages.address(vma.endVpn()));
    return Stream.of(
            identity.path("../../map_files") + "/" + addresses,
            vma.path(),
            identity.path("root") + vma.path())
        .flatMap(path -> FileStatus.of(path).stream())
        .filter(file -> file.device() == inode.device() && file.inode() == inode.number())
        .findFirst()
        .filter(FileStatus::regular)
        .isPresent();
  }

  private static boolean isOfNamedFile(Vma vma) {
    return vma.isOfFile() && !(NAMELESS.isPresent() && vma.device() == NAMELESS.getAsLong());
  }

  private static Kind kind(Vma vma, String type) {
    boolean nameless =
        type.isEmpty() && NAMES_OF_NAMELESS.stream().anyMatch(vma.path()::startsWith);
    return nameless || type.equals("hugetlbfs") ? Kind.HUGETLB : Kind.MAY_BE_ON_A_DISK;
  }
}
