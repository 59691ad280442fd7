package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import java.util.List;

/**
 * The stacks on which a thread stands provably, with room below its stack pointer: what it has not
 * called yet, it has not written yet. A coroutine's stack and an alternate one may be small, and
 * what lies below may be anything.
 */
final class Stacks {

  /** Left free above the end of a stack, below the lowest place of a frame. */
  private static final long MARGIN_BYTES = 4096;

  /** The thread's control block lies at the end of its stack (pthread_create of the C library). */
  private static final long CONTROL_BLOCK_BYTES = 8192;

  private static final long ANY = Long.MAX_VALUE;

  private Stacks() {}

  /** Tells a helper of the stacks that a thread may be found on. */
  static void tell(Command command, int pid, ThreadState thread, List<Vma> mappings) {
    if (thread.tid() == pid) {
      mappings.stream()
          .filter(vma -> vma.path().equals("[stack]"))
          .forEach(vma -> command.addStack(lowest(vma), Pages.address(vma.endVpn()), 0, ANY));
      return;
    }
    long beforeEnd = -1;
    boolean guard = false;
    for (Vma vma : mappings) {
      boolean behindGuard = guard && vma.startVpn() == beforeEnd;
      if (behindGuard && isOwn(vma) && mayStandOn(thread, vma)) {
        long end = Pages.address(vma.endVpn());
        command.addStack(lowest(vma), end, end - CONTROL_BLOCK_BYTES, end);
      }
      beforeEnd = vma.endVpn();
      guard = !vma.readable() && !vma.writable() && !vma.executable();
    }
  }

  private static long lowest(Vma vma) {
    return Pages.address(vma.startVpn()) + MARGIN_BYTES;
  }

  private static boolean isOwn(Vma vma) {
    return vma.readable() && vma.writable() && !vma.shared() && vma.inode() == 0;
  }

  private static boolean mayStandOn(ThreadState thread, Vma vma) {
    long vpn = Pages.vpn(thread.stackPointer());
    return thread.stackPointer() == 0 || (vpn >= vma.startVpn() && vpn < vma.endVpn());
  }
}
