package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.RemoteMemory;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Instructions of the process's own that a call is run with: {@code syscall}, and for the return
 * from a signal frame {@code syscall; ret} and the C library's call of rt_sigreturn.
 *
 * @param systemCall the address of {@code syscall}, which {@code ret} follows if there is a
 *     restorer
 * @param restorer the address of {@code mov $15, %rax; syscall}; 0 for none
 */
record Gadgets(long systemCall, long restorer) {

  private static final byte[] SYSCALL = {0x0F, 0x05};
  private static final byte[] SYSCALL_RET = {0x0F, 0x05, (byte) 0xC3};
  private static final byte[] LONG_RESTORER = {
    0x48, (byte) 0xC7, (byte) 0xC0, 15, 0, 0, 0, 0x0F, 5
  };
  private static final byte[] SHORT_RESTORER = {(byte) 0xB8, 15, 0, 0, 0, 0x0F, 5};

  /** Beyond that much code nothing is looked for. */
  private static final int MOST_PAGES = 1 << 14;

  private static final int BATCH_PAGES = 256;

  /**
   * Looks for the instructions, in the kernel's own page and the C library before other code.
   *
   * @param framed whether those of a signal frame are wanted
   * @throws KernelException EOPNOTSUPP if the process has no {@code syscall} instruction
   */
  static Gadgets find(RemoteMemory memory, List<Vma> mappings, boolean framed) {
    Code code = new Code(memory);
    List<Vma> byLikelihood =
        mappings.stream()
            .filter(vma -> vma.executable() && !vma.path().equals("[vsyscall]"))
            .sorted(Comparator.comparing(Gadgets::likelihood))
            .toList();
    if (framed) {
      OptionalLong restorer = code.find(byLikelihood, LONG_RESTORER);
      if (restorer.isEmpty()) {
        restorer = code.find(byLikelihood, SHORT_RESTORER);
      }
      OptionalLong call = code.find(byLikelihood, SYSCALL_RET);
      if (restorer.isPresent() && call.isPresent()) {
        return new Gadgets(call.getAsLong(), restorer.getAsLong());
      }
    }
    return code.find(kernelsFirst(byLikelihood), SYSCALL).stream()
        .mapToObj(address -> new Gadgets(address, 0))
        .findFirst()
        .orElseThrow(
            () ->
                new KernelException(
                    Errno.EOPNOTSUPP, "arming a process that has no syscall instruction"));
  }

  /** The kernel's page is never unmapped. */
  private static List<Vma> kernelsFirst(List<Vma> mappings) {
    Stream<Vma> kernels = mappings.stream().filter(vma -> vma.path().equals("[vdso]"));
    return Stream.concat(kernels, mappings.stream()).toList();
  }

  private static int likelihood(Vma vma) {
    String name = vma.path().substring(vma.path().lastIndexOf('/') + 1);
    boolean library = name.startsWith("libc.") || name.startsWith("libc-");
    return library || name.startsWith("ld-") ? 0 : vma.inode() != 0 ? 1 : 2;
  }

  /** The process's code, read a batch at a time. */
  private static final class Code {

    private final RemoteMemory memory;
    private final ByteBuffer batch = Sys.struct((int) Pages.address(BATCH_PAGES));
    private final long[] bounds = new long[2];

    Code(RemoteMemory memory) {
      this.memory = memory;
    }

    OptionalLong find(List<Vma> mappings, byte[] wanted) {
      long left = MOST_PAGES;
      for (Vma vma : mappings) {
        for (long vpn = vma.startVpn(); vpn < vma.endVpn() && left > 0; vpn += BATCH_PAGES) {
          long end = Math.min(vpn + BATCH_PAGES, vma.endVpn());
          left -= end - vpn;
          int at = indexOf(read(vpn, end), wanted);
          if (at >= 0) {
            return OptionalLong.of(Pages.address(vpn) + at);
          }
        }
      }
      return OptionalLong.empty();
    }

    private byte[] read(long startVpn, long endVpn) {
      bounds[0] = startVpn;
      bounds[1] = endVpn;
      batch.clear();
      memory.readPages(bounds, 0, 1, batch);
      byte[] bytes = new byte[batch.position()];
      batch.get(0, bytes);
      return bytes;
    }

    /** An instruction that two batches share is not found. */
    private static int indexOf(byte[] bytes, byte[] wanted) {
      for (int i = 0; i + wanted.length <= bytes.length; i++) {
        if (bytes[i] == wanted[0] && isAt(bytes, i, wanted)) {
          return i;
        }
      }
      return -1;
    }

    private static boolean isAt(byte[] bytes, int at, byte[] wanted) {
      for (int i = 1; i < wanted.length; i++) {
        if (bytes[at + i] != wanted[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
