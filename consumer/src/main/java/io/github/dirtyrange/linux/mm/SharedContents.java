package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.SharedMemory;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.FileStatus;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Shared memory by {@code /proc/PID/map_files}, which leads to it whether it has a name or not. The
 * kernel follows that for CAP_SYS_ADMIN and CAP_CHECKPOINT_RESTORE alone ({@code
 * proc_map_files_get_link}, fs/proc/base.c).
 */
public final class SharedContents implements SharedMemory {

  private final Descriptor file;
  private final Vma mapping;

  private SharedContents(Descriptor file, Vma mapping) {
    this.file = file;
    this.mapping = mapping;
  }

  /** Opens what is behind a mapping, as {@code TrackedProcess.openShared} says. */
  public static Optional<SharedMemory> open(MemoryIdentity identity, Vma mapping) {
    String name =
        Long.toHexString(Pages.address(mapping.startVpn()))
            + "-"
            + Long.toHexString(Pages.address(mapping.endVpn()));
    try {
      Descriptor file = identity.openOfProcess("map_files/" + name, Abi.O_RDONLY);
      if (isOf(file, mapping)) {
        return Optional.of(new SharedContents(file, mapping));
      }
      file.close();
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** Something else may be mapped there now. */
  private static boolean isOf(Descriptor file, Vma mapping) {
    return FileStatus.of("/proc/self/fd/" + file.number())
        .filter(status -> status.inode() == mapping.inode())
        .filter(status -> status.regular())
        .isPresent();
  }

  @Override
  public long endVpn() {
    long bytes = Math.max(0, file.seek(0, Abi.SEEK_END) - mapping.offsetBytes());
    return mapping.startVpn() + Pages.count(bytes);
  }

  /** {@inheritDoc} Where the file system does not know its holes (hugetlbfs), all is data. */
  @Override
  public long nextData(long vpn, long endVpn) {
    long found = file.seek(offset(vpn), Abi.SEEK_DATA);
    if (found >= 0) {
      return Math.min(endVpn, mapping.startVpn() + Pages.vpn(found - mapping.offsetBytes()));
    }
    return isBehindAll() ? endVpn : vpn;
  }

  /** {@inheritDoc} A page that is a hole in part, as at the end of a file, is none. */
  @Override
  public long nextHole(long vpn, long endVpn) {
    long found = file.seek(offset(vpn), Abi.SEEK_HOLE);
    if (found >= 0) {
      return Math.min(endVpn, mapping.startVpn() + Pages.count(found - mapping.offsetBytes()));
    }
    return isBehindAll() ? vpn : endVpn;
  }

  /** {@return whether the last seek failed since there is nothing from there on} */
  private static boolean isBehindAll() {
    return Sys.errno() == Errno.ENXIO.number();
  }

  private long offset(long vpn) {
    return mapping.offsetBytes() + Pages.address(vpn - mapping.startVpn());
  }

  @Override
  public int read(long startVpn, int count, ByteBuffer into) {
    long address = Sys.address(into) + into.position();
    long bytes =
        file.pread(address, Pages.address(count), offset(startVpn), "read of shared memory");
    int read = (int) bytes;
    into.position(into.position() + read);
    // The last page of a file may be one in part, and is mapped with zeros behind.
    while (read % Pages.SIZE != 0) {
      into.put((byte) 0);
      read++;
    }
    return read >> Pages.SHIFT;
  }

  @Override
  public void close() {
    file.close();
  }
}
