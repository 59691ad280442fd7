package io.github.dirtyrange.linux.arm;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The stacks on which a thread stands provably, and where in them a frame may lie: in the lowest
 * pages that nothing has ever been written to. Just below the stack pointer may be anything: a
 * coroutine's stack or an alternate one may lie inside the stack, and be small.
 */
final class Stacks {

  /**
   * Left free at the end of a stack, for a signal handler that runs below the frame where a helper
   * has died; of a small stack an eighth.
   */
  private static final long MARGIN_PAGES = 16;

  private static final int MARGIN_PART = 8;

  /** Pages are looked for in so many from the end of a stack on. */
  private static final int LOOKED_AT = 64;

  private static final long PRESENT_OR_SWAPPED = 3L << 62;

  /** The thread's control block lies at the end of its stack (pthread_create of the C library). */
  private static final int CONTROL_BLOCK_BYTES = 8192;

  private static final long ANY = Long.MAX_VALUE;

  private Stacks() {}

  /** Tells a helper of the stacks that a thread may be found on. */
  static void tell(
      Command command, MemoryIdentity identity, ThreadState thread, List<Vma> mappings) {
    if (thread.tid() == identity.pid()) {
      mappings.stream()
          .filter(vma -> vma.path().equals("[stack]"))
          .forEach(vma -> add(command, identity, vma, 0, ANY));
      return;
    }
    for (int i = 1; i < mappings.size(); i++) {
      Vma guard = mappings.get(i - 1);
      Vma vma = mappings.get(i);
      boolean may = isGuard(guard, vma) && isOwn(vma) && mayStandOn(thread, vma);
      if (may && isWholeStack(identity, guard, vma)) {
        long end = Pages.address(vma.endVpn());
        add(command, identity, vma, end - CONTROL_BLOCK_BYTES, end);
      }
    }
  }

  private static boolean isGuard(Vma guard, Vma vma) {
    boolean accessible = guard.readable() || guard.writable() || guard.executable();
    return !accessible && guard.endVpn() == vma.startVpn();
  }

  /**
   * {@return whether all of a mapping is one stack} The C library notes in a thread's control block
   * where the stack begins that it made or was given, and how long it is (glibc: stackblock and
   * stackblock_size, musl: map_base and map_size). Of a stack that was cut from the end of a larger
   * block, what is before it would be data.
   */
  private static boolean isWholeStack(MemoryIdentity identity, Vma guard, Vma vma) {
    long end = Pages.address(vma.endVpn());
    ByteBuffer words = identity.bytes(end - CONTROL_BLOCK_BYTES, CONTROL_BLOCK_BYTES);
    for (int at = 0; at + 2 * Long.BYTES <= words.limit(); at += Long.BYTES) {
      long start = words.getLong(at);
      boolean begins =
          start >= Pages.address(guard.startVpn()) && start <= Pages.address(vma.startVpn());
      if (begins && start + words.getLong(at + Long.BYTES) == end) {
        return true;
      }
    }
    return false;
  }

  private static void add(
      Command command, MemoryIdentity identity, Vma vma, long lowestFs, long highestFs) {
    long frameEnd = Pages.address(endOfPlace(identity, vma));
    if (frameEnd > 0) {
      command.addStack(frameEnd, Pages.address(vma.endVpn()), lowestFs, highestFs);
    }
  }

  /** {@return the page behind the lowest place for a frame, 0 if there is none} */
  private static long endOfPlace(MemoryIdentity identity, Vma vma) {
    long margin = Math.min(MARGIN_PAGES, vma.pages() / MARGIN_PART);
    long first = vma.startVpn() + Math.max(1, margin);
    long[] entries = new long[(int) Math.min(LOOKED_AT, vma.endVpn() - first)];
    int read = identity.pagemap().read(first, entries.length, entries);
    int untouched = 0;
    for (int page = 0; page < read; page++) {
      boolean touched = (entries[page] & PRESENT_OR_SWAPPED) != 0;
      long end = first + page + 1;
      if (touched && page >= FrameCode.MOST_PAGES - 1 && isMarked(identity, end)) {
        return end;
      }
      untouched = touched ? 0 : untouched + 1;
      if (untouched == FrameCode.MOST_PAGES) {
        return end;
      }
    }
    return 0;
  }

  /** A frame that was put there before is nothing to anybody any more. */
  private static boolean isMarked(MemoryIdentity identity, long endVpn) {
    return identity.word(Pages.address(endVpn) - Long.BYTES) == FrameCode.MARK;
  }

  private static boolean isOwn(Vma vma) {
    return vma.readable() && vma.writable() && !vma.shared() && !vma.isOfFile();
  }

  private static boolean mayStandOn(ThreadState thread, Vma vma) {
    long vpn = Pages.vpn(thread.stackPointer());
    return thread.stackPointer() == 0 || (vpn >= vma.startVpn() && vpn < vma.endVpn());
  }
}
