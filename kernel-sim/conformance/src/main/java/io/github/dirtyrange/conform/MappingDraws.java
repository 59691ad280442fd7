package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.List;

/** Random calls that make, change and end mappings. */
final class MappingDraws {

  static final long READ_WRITE = X64Abi.PROT_READ | X64Abi.PROT_WRITE;
  private static final int NO_FILE = 9;
  private static final int STACK_PAGES = 4;

  private MappingDraws() {}

  static List<Operation> mmap(Draws d, long kind) {
    Span span = d.span();
    long protection = d.chance(0.8) ? READ_WRITE : protection(d);
    long flags = mapFlags(d, kind);
    flags |= d.chance(0.01) ? 0 : X64Abi.MAP_ANONYMOUS;
    return List.of(new Operation.Mmap(d.process(), span.start(), span.length(), protection, flags));
  }

  /** A mapping that grows down, with nothing below it as a rule. */
  static List<Operation> mmapStack(Draws d) {
    Span span = d.span();
    long kind = d.chance(0.97) ? X64Abi.MAP_PRIVATE : X64Abi.MAP_SHARED;
    long flags = mapFlags(d, kind) | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_GROWSDOWN;
    return List.of(new Operation.Mmap(d.process(), span.start(), span.length(), READ_WRITE, flags));
  }

  /** A stack in an arena whose rest below it is free, and a store there. */
  static List<Operation> stackStore(Draws d) {
    int process = d.process();
    long value = d.value();
    if (d.chance(0.2)) {
      return List.of(new Operation.StackStore(process, d.page(), value));
    }
    Span arena = d.most();
    long room = arena.length() / Pages.SIZE - STACK_PAGES;
    long below = 1L + d.below((int) Math.min(room, Pages.PER_TABLE));
    long stack = arena.start() + Pages.address(room);
    long flags =
        X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED | X64Abi.MAP_GROWSDOWN;
    long protection = d.chance(0.9) ? READ_WRITE : protection(d);
    long length = Pages.address(1L + d.below(STACK_PAGES));
    return List.of(
        new Operation.Munmap(process, arena.start(), Pages.address(room)),
        new Operation.Mmap(process, stack, length, protection, flags),
        new Operation.StackStore(process, stack - Pages.address(below), value));
  }

  static List<Operation> mmapFile(Draws d, int wanted) {
    Span span = d.span();
    boolean readOnly = wanted == Files.READ_ONLY && d.chance(0.6);
    long usual = readOnly ? X64Abi.PROT_READ : READ_WRITE;
    long protection = d.chance(0.8) ? usual : protection(d);
    long flags = mapFlags(d, d.oneOf(X64Abi.MAP_PRIVATE, X64Abi.MAP_SHARED));
    flags |= d.chance(0.005) ? X64Abi.MAP_GROWSDOWN : 0;
    boolean bad = d.chance(0.01);
    long offset = !bad && d.chance(0.02) ? 0x800 : d.fileOffset();
    int file = bad ? NO_FILE : wanted;
    return List.of(
        new Operation.MmapFile(
            d.process(), file, span.start(), span.length(), protection, flags, offset));
  }

  static long mapFlags(Draws d, long kind) {
    if (d.chance(0.04)) {
      return X64Abi.MAP_SHARED | X64Abi.MAP_PRIVATE | X64Abi.MAP_FIXED_NOREPLACE;
    }
    long flags = d.chance(0.97) ? kind : d.oneOf(0, X64Abi.MAP_SHARED | X64Abi.MAP_PRIVATE);
    flags |= d.chance(0.9) ? X64Abi.MAP_FIXED : X64Abi.MAP_FIXED_NOREPLACE;
    return d.chance(0.12) ? flags | d.oneOf(X64Abi.MAP_NORESERVE, X64Abi.MAP_POPULATE) : flags;
  }

  static List<Operation> munmap(Draws d) {
    Span span = d.few();
    return List.of(new Operation.Munmap(d.process(), span.start(), span.length()));
  }

  static List<Operation> mprotect(Draws d) {
    Span span = d.few();
    return List.of(new Operation.Mprotect(d.process(), span.start(), span.length(), protection(d)));
  }

  static long protection(Draws d) {
    if (d.chance(0.02)) {
      return d.oneOf(0x8, 0x10, READ_WRITE | 0x100_0000);
    }
    return d.oneOf(
        READ_WRITE, READ_WRITE, READ_WRITE, X64Abi.PROT_READ, X64Abi.PROT_NONE, X64Abi.PROT_WRITE);
  }

  static List<Operation> mremap(Draws d) {
    Span from = d.span();
    long newLength = d.chance(0.6) ? from.length() : d.pages().length();
    long flags = d.chance(0.05) ? d.oneOf(2, 4, 6, 8) : d.oneOf(0, 1, 3, 3, 3, 3, 5, 7, 7);
    return List.of(
        new Operation.Mremap(
            d.process(), from.start(), from.length(), newLength, flags, d.span().start()));
  }

  static List<Operation> mlock(Draws d) {
    Span span = lockable(d);
    return List.of(new Operation.Mlock(d.process(), span.start(), span.length()));
  }

  static List<Operation> munlock(Draws d) {
    Span span = lockable(d);
    return List.of(new Operation.Munlock(d.process(), span.start(), span.length()));
  }

  private static Span lockable(Draws d) {
    Span span = d.span();
    return d.chance(0.03) ? new Span(span.start(), -2L * Pages.SIZE) : span;
  }

  /** Mostly within the heap's arena, now and then below its start. */
  static List<Operation> brk(Draws d) {
    long end = Layout.heap() + Pages.address(d.below(28) - 1L) + (d.chance(0.1) ? 0x800 : 0);
    return List.of(new Operation.Brk(d.process(), end));
  }

  static List<Operation> madvise(Draws d, Span span, Madvise.Advice advice) {
    return List.of(
        new Operation.Madvise(d.process(), span.start(), span.length(), advice.number()));
  }

  static Span blocks(Draws d) {
    return d.chance(0.5) ? d.blocks() : d.span();
  }

  /** A block needs a page, and a mapping of private memory, to be made a huge page. */
  static List<Operation> collapse(Draws d) {
    Span span = d.chance(0.8) ? d.blocks() : d.span();
    int process = d.process();
    Operation collapse =
        new Operation.Madvise(
            process, span.start(), span.length(), Madvise.Advice.COLLAPSE.number());
    if (span.length() < Pages.address(Pages.PER_TABLE) || d.chance(0.25)) {
      return List.of(collapse);
    }
    long page = span.firstPage() + Pages.address(d.below((int) (span.length() / Pages.SIZE)));
    return List.of(new Operation.Store(process, page, d.value()), collapse);
  }

  /** Punching holes needs shared memory that is not locked. */
  static List<Operation> remove(Draws d) {
    Span span = d.chance(0.2) ? d.most() : d.span();
    int process = d.process();
    Operation remove =
        new Operation.Madvise(process, span.start(), span.length(), Madvise.Advice.REMOVE.number());
    if (d.chance(0.4)) {
      return List.of(remove);
    }
    long shared = X64Abi.MAP_SHARED | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED;
    return List.of(
        new Operation.Mmap(process, span.start(), span.length(), READ_WRITE, shared),
        new Operation.Store(process, span.firstPage(), d.value()),
        remove);
  }

  /** A child does something, and ends. */
  static List<Operation> exit(Draws d) {
    int child = d.child();
    return List.of(
        new Operation.Load(child, d.page()),
        new Operation.Store(child, d.page(), d.value()),
        new Operation.Store(child, d.page(), d.value()),
        new Operation.Exit(child));
  }
}
