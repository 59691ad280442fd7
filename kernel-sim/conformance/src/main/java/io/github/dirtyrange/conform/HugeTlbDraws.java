package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.ArrayList;
import java.util.List;

/** Random mappings of the pool of huge pages, and what is done to them. */
final class HugeTlbDraws {

  private static final long HUGE_BYTES = Pages.address(Pages.PER_TABLE);

  private HugeTlbDraws() {}

  /** As a rule whole blocks, so that nothing beyond an arena is mapped; then some use of them. */
  static List<Operation> mmap(Draws d, long kind) {
    int process = d.process();
    Span blocks = d.wholeBlocks();
    long flags = MappingDraws.mapFlags(d, kind) | X64Abi.MAP_HUGETLB;
    flags |= d.chance(0.02) ? 0 : X64Abi.MAP_ANONYMOUS;
    long protection = d.chance(0.9) ? MappingDraws.READ_WRITE : MappingDraws.protection(d);
    List<Operation> drawn = new ArrayList<>();
    drawn.add(new Operation.Mmap(process, start(d, blocks), length(d, blocks), protection, flags));
    int uses = d.below(5);
    for (int i = 0; i < uses; i++) {
      drawn.add(use(d, process, blocks));
    }
    return drawn;
  }

  private static long start(Draws d, Span blocks) {
    if (d.chance(0.94)) {
      return blocks.start();
    }
    return d.oneOf(
        blocks.start() + Pages.SIZE, blocks.start() + 0x800, blocks.start() + (1L << 47));
  }

  /** What is not whole is rounded up. */
  private static long length(Draws d, Span blocks) {
    if (d.chance(0.9)) {
      return blocks.length();
    }
    return d.oneOf(0, -Pages.SIZE, Pages.SIZE, blocks.length() - 1, blocks.length() - Pages.SIZE);
  }

  private static Operation use(Draws d, int process, Span mapped) {
    Span part = part(d, mapped);
    long page = part.start() + Pages.address(d.below(Pages.PER_TABLE));
    return switch (d.below(12)) {
      case 0 -> new Operation.Load(process, page);
      case 1, 2 -> new Operation.Store(process, page, d.value());
      case 3 -> new Operation.Fork(process, d.freeSlot());
      case 4 -> new Operation.Munmap(process, part.start(), part.length());
      case 5 ->
          new Operation.Mprotect(process, part.start(), part.length(), MappingDraws.protection(d));
      case 6 -> advise(process, part, Madvise.Advice.DONTNEED);
      case 7 -> advise(process, part, Madvise.Advice.REMOVE);
      case 8 ->
          new Operation.UffdRegister(
              process, part.start(), part.length(), X64Abi.UFFDIO_REGISTER_MODE_WP);
      case 9 ->
          new Operation.UffdWriteProtect(
              process, part.start(), part.length(), d.below(3) == 0 ? 0 : 1);
      case 10 -> move(d, process, part);
      default -> scan(d, process, part);
    };
  }

  /** One huge page or all, now and then cut. */
  private static Span part(Draws d, Span mapped) {
    long count = mapped.length() / HUGE_BYTES;
    long first = mapped.start() + d.below((int) count) * HUGE_BYTES;
    long length = d.chance(0.7) ? HUGE_BYTES : mapped.end() - first;
    if (d.chance(0.85)) {
      return new Span(first, length);
    }
    return d.chance(0.5)
        ? new Span(first + Pages.SIZE, length - Pages.SIZE)
        : new Span(first, length - Pages.SIZE);
  }

  private static Operation advise(int process, Span part, Madvise.Advice advice) {
    return new Operation.Madvise(process, part.start(), part.length(), advice.number());
  }

  private static Operation move(Draws d, int process, Span part) {
    long flags =
        d.oneOf(
            0,
            X64Abi.MREMAP_MAYMOVE,
            X64Abi.MREMAP_MAYMOVE | X64Abi.MREMAP_FIXED,
            X64Abi.MREMAP_MAYMOVE | X64Abi.MREMAP_FIXED,
            X64Abi.MREMAP_MAYMOVE | X64Abi.MREMAP_DONTUNMAP);
    long newLength =
        d.chance(0.8) ? part.length() : d.oneOf(Pages.SIZE, part.length() + HUGE_BYTES);
    return new Operation.Mremap(
        process, part.start(), part.length(), newLength, flags, d.wholeBlocks().start());
  }

  private static Operation scan(Draws d, int process, Span part) {
    long flags = d.oneOf(0, ScanRequest.WP_MATCHING);
    long all = 0x7f;
    return new Operation.Scan(process, flags, part.start(), part.end(), 16, 0, 0, 0, 0, all);
  }
}
