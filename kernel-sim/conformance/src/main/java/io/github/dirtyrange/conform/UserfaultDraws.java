package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.List;

/** Random calls of userfaultfds. */
final class UserfaultDraws {

  private static final long UNKNOWN = 1L << 40;

  private UserfaultDraws() {}

  /** One that blocks, as a rule, and memory registered with it. */
  static List<Operation> open(Draws d) {
    int process = d.chance(0.7) ? 0 : d.process();
    Operation open = new Operation.UffdOpen(process, features(d));
    if (d.chance(0.1)) {
      return List.of(open);
    }
    Span span = d.chance(0.7) ? d.most() : d.pages();
    d.setRegistered(span);
    Operation register =
        new Operation.UffdRegister(
            process, span.start(), span.length(), X64Abi.UFFDIO_REGISTER_MODE_WP);
    Span part = d.armable();
    Operation protect =
        new Operation.UffdWriteProtect(
            process, part.start(), part.length(), X64Abi.UFFDIO_WRITEPROTECT_MODE_WP);
    return List.of(open, register, protect, told(d, process, part), told(d, process, part));
  }

  /** Something of which the reader is told, or for which it is waited. */
  private static Operation told(Draws d, int process, Span part) {
    return switch (d.below(6)) {
      case 0, 1 -> {
        long moveTo = X64Abi.MREMAP_MAYMOVE | X64Abi.MREMAP_FIXED;
        long target = d.pages().start();
        yield new Operation.Mremap(
            process, part.start(), part.length(), part.length(), moveTo, target);
      }
      case 2 ->
          new Operation.Madvise(
              process, part.start(), part.length(), Madvise.Advice.DONTNEED.number());
      case 3 -> new Operation.Fork(process, d.freeSlot());
      default -> new Operation.Store(process, part.firstPage(), d.value());
    };
  }

  private static long features(Draws d) {
    if (d.chance(0.05)) {
      return UNKNOWN;
    }
    long events = d.chance(0.5) ? X64Abi.UFFD_EVENTS : d.someBits(X64Abi.UFFD_EVENTS, 0.4);
    long markers = d.chance(0.6) ? X64Abi.UFFD_FEATURE_WP_UNPOPULATED : 0;
    return events | markers | (d.chance(0.3) ? X64Abi.UFFD_FEATURE_WP_ASYNC : 0);
  }

  static List<Operation> register(Draws d) {
    Span span = d.chance(0.5) ? d.most() : d.span();
    d.setRegistered(span);
    long mode = d.chance(0.97) ? X64Abi.UFFDIO_REGISTER_MODE_WP : d.oneOf(0, 1L << 5);
    int process = d.chance(0.7) ? 0 : d.process();
    return List.of(new Operation.UffdRegister(process, span.start(), span.length(), mode));
  }

  static List<Operation> unregister(Draws d) {
    Span span = d.span();
    return List.of(new Operation.UffdUnregister(d.process(), span.start(), span.length()));
  }

  static List<Operation> writeProtect(Draws d) {
    Span span = d.armable();
    long mode = d.chance(0.03) ? d.oneOf(2, 3, 4, 7) : d.oneOf(0, 1, 1, 1);
    int process = d.chance(0.8) ? 0 : d.process();
    return List.of(new Operation.UffdWriteProtect(process, span.start(), span.length(), mode));
  }
}
