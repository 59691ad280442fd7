package io.github.dirtyrange.conform;

import com.google.common.base.CaseFormat;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.Immutable;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The kinds of operation that programs are made of, how often each comes, and its arguments. */
public enum OperationKind {
  MMAP(8, d -> mmap(d, X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS)),
  MUNMAP(3, d -> on(d.few(), s -> new Operation.Munmap(d.process(), s.start(), s.length()))),
  LOAD(10, d -> new Operation.Load(d.process(), d.page())),
  STORE(20, d -> new Operation.Store(d.process(), d.page(), 1 + d.below(9))),
  MPROTECT(7, OperationKind::mprotect),
  UFFD_REGISTER(4, OperationKind::uffdRegister),
  UFFD_UNREGISTER(
      1, d -> on(d.span(), s -> new Operation.UffdUnregister(d.process(), s.start(), s.length()))),
  UFFD_WRITE_PROTECT(6, OperationKind::uffdWriteProtect),
  SCAN(18, OperationKind::scan),
  CLEAR_REFS(5, d -> new Operation.ClearRefs(d.process(), d.chance(0.9) ? 4 : d.below(8) - 1)),
  MREMAP(5, OperationKind::mremap),
  KERNEL_WRITE(
      3, d -> on(d.span(), s -> new Operation.KernelWrite(d.process(), s.start(), s.length()))),
  FOREIGN_WRITE(
      3,
      d -> on(d.writable(), s -> new Operation.ForeignWrite(d.process(), s.start(), s.length()))),
  MLOCK(1, d -> on(d.span(), s -> new Operation.Mlock(d.process(), s.start(), s.length()))),
  MUNLOCK(1, d -> on(d.span(), s -> new Operation.Munlock(d.process(), s.start(), s.length()))),
  MMAP_SHARED(4, d -> mmap(d, X64Abi.MAP_SHARED | X64Abi.MAP_ANONYMOUS)),
  MMAP_MEMFD(4, d -> mmapFile(d, Files.MEMFD)),
  MMAP_FILE(4, d -> mmapFile(d, Files.DISK)),
  FILE_WRITE(2, OperationKind::fileWrite),
  FILE_TRUNCATE(1, d -> new Operation.FileTruncate(d.process(), Files.MEMFD, d.fileOffset())),
  FILE_PUNCH(
      1,
      d ->
          new Operation.FilePunch(
              d.process(), Files.MEMFD, d.fileOffset(), Pages.address(1 + d.below(6)))),
  FORK(3, d -> new Operation.Fork(d.process(), d.freeSlot())),
  EXIT(5, d -> new Operation.Exit(d.child())),
  PAGEOUT(6, d -> on(d.span(), s -> new Operation.Pageout(d.process(), s.start(), s.length()))),
  SOFT_OFFLINE(3, d -> new Operation.SoftOffline(d.process(), d.page())),
  SWAP_OFF(1, d -> new Operation.SwapOff(d.process())),
  MERGE(2, d -> new Operation.Merge(d.process())),
  MADVISE_MERGEABLE(3, d -> madvise(d, d.chance(0.6) ? d.most() : d.span(), Advice.MERGEABLE)),
  MADVISE_UNMERGEABLE(1, advice(Advice.UNMERGEABLE)),
  MADVISE_DONTNEED(4, advice(Advice.DONTNEED)),
  MADVISE_FREE(3, advice(Advice.FREE)),
  MADVISE_POPULATE_READ(2, advice(Advice.POPULATE_READ)),
  MADVISE_POPULATE_WRITE(2, advice(Advice.POPULATE_WRITE)),
  MADVISE_GUARD_INSTALL(2, advice(Advice.GUARD_INSTALL)),
  MADVISE_GUARD_REMOVE(2, advice(Advice.GUARD_REMOVE)),
  MADVISE_DONTFORK(1, advice(Advice.DONTFORK)),
  MADVISE_DOFORK(1, advice(Advice.DOFORK)),
  MADVISE_WIPEONFORK(1, advice(Advice.WIPEONFORK)),
  MADVISE_KEEPONFORK(1, advice(Advice.KEEPONFORK)),
  MADVISE_HUGEPAGE(2, d -> madvise(d, d.chance(0.5) ? d.blocks() : d.span(), Advice.HUGEPAGE)),
  MADVISE_NOHUGEPAGE(1, advice(Advice.NOHUGEPAGE)),
  MADVISE_COLLAPSE(3, d -> madvise(d, d.chance(0.8) ? d.blocks() : d.span(), Advice.COLLAPSE)),
  MADVISE_REMOVE(4, advice(Advice.REMOVE));

  /** What came with Linux 6.7. */
  private static final Set<OperationKind> ASYNCHRONOUS =
      ImmutableSet.of(UFFD_REGISTER, UFFD_UNREGISTER, UFFD_WRITE_PROTECT, SCAN);

  private static final Set<OperationKind> WHOLE_MACHINE =
      ImmutableSet.of(SOFT_OFFLINE, SWAP_OFF, MERGE);

  private static final long READ_WRITE = X64Abi.PROT_READ | X64Abi.PROT_WRITE;
  private static final long KNOWN_CATEGORIES = (Categories.ACCESSED << 1) - 1;

  /** Draws the arguments of one operation. */
  @Immutable
  private interface Maker {
    Operation make(Draws draws);
  }

  private final int weight;
  private final Maker maker;

  OperationKind(int weight, Maker maker) {
    this.weight = weight;
    this.maker = maker;
  }

  /** {@return the name that {@code --ops} takes, for instance {@code uffd-register}} */
  public String label() {
    return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name());
  }

  /** {@return the kind of that name} */
  public static Optional<OperationKind> of(String label) {
    return Arrays.stream(values()).filter(k -> k.label().equals(label)).findFirst();
  }

  /** {@return whether it concerns all of the machine, and so everybody on it} */
  public boolean concernsTheWholeMachine() {
    return WHOLE_MACHINE.contains(this);
  }

  /** {@return whether a kernel of the profile has no such operation} */
  public boolean isLackedBy(Profile profile) {
    return (ASYNCHRONOUS.contains(this) && profile.has(Quirk.NO_PAGEMAP_SCAN))
        || (this == SOFT_OFFLINE && profile.has(Quirk.NO_SOFT_OFFLINE));
  }

  /** {@return how often the kind comes, beside the other kinds' weights} */
  int weight() {
    return weight;
  }

  /** {@return an operation of this kind} */
  Operation draw(Draws draws) {
    return maker.make(draws);
  }

  private static Operation mmap(Draws d, long kind) {
    Span span = d.span();
    long protection = d.chance(0.8) ? READ_WRITE : protection(d);
    return new Operation.Mmap(
        d.process(), span.start(), span.length(), protection, mapFlags(d, kind));
  }

  private static Operation mmapFile(Draws d, int file) {
    Span span = d.span();
    long protection = d.chance(0.8) ? READ_WRITE : protection(d);
    long kind = d.oneOf(X64Abi.MAP_PRIVATE, X64Abi.MAP_SHARED);
    long offset = d.chance(0.02) ? 0x800 : d.fileOffset();
    return new Operation.MmapFile(
        d.process(), file, span.start(), span.length(), protection, mapFlags(d, kind), offset);
  }

  /** The file on disk keeps its size: what fills a hole in it is for the kernel to choose. */
  private static Operation fileWrite(Draws d) {
    int file = d.file();
    long offset = file == Files.DISK ? d.fileOffset() % Files.BYTES : d.fileOffset();
    return new Operation.FileWrite(d.process(), file, offset, 1 + d.below(9));
  }

  private static long mapFlags(Draws d, long kind) {
    long flags = d.chance(0.97) ? kind : d.oneOf(kind & ~3, kind | 3);
    flags |= d.chance(0.9) ? X64Abi.MAP_FIXED : X64Abi.MAP_FIXED_NOREPLACE;
    return d.chance(0.12) ? flags | d.oneOf(X64Abi.MAP_NORESERVE, X64Abi.MAP_POPULATE) : flags;
  }

  private static Operation mprotect(Draws d) {
    Span span = d.few();
    return new Operation.Mprotect(d.process(), span.start(), span.length(), protection(d));
  }

  private static long protection(Draws d) {
    if (d.chance(0.02)) {
      return d.oneOf(0x8, 0x10, READ_WRITE | 0x100_0000);
    }
    return d.oneOf(
        READ_WRITE, READ_WRITE, READ_WRITE, X64Abi.PROT_READ, X64Abi.PROT_NONE, X64Abi.PROT_WRITE);
  }

  private static Operation uffdRegister(Draws d) {
    Span span = d.chance(0.5) ? d.most() : d.span();
    d.setRegistered(span);
    long mode = d.chance(0.97) ? X64Abi.UFFDIO_REGISTER_MODE_WP : d.oneOf(0, 1L << 5);
    return new Operation.UffdRegister(
        d.chance(0.7) ? 0 : d.process(), span.start(), span.length(), mode);
  }

  private static Operation uffdWriteProtect(Draws d) {
    Span span = d.armable();
    long mode = d.chance(0.03) ? d.oneOf(2, 3, 4, 7) : d.oneOf(0, 1, 1, 1);
    return new Operation.UffdWriteProtect(
        d.chance(0.8) ? 0 : d.process(), span.start(), span.length(), mode);
  }

  private static Operation mremap(Draws d) {
    Span from = d.span();
    long newLength = d.chance(0.6) ? from.length() : d.pages().length();
    long flags = d.chance(0.05) ? d.oneOf(2, 4, 6, 8) : d.oneOf(0, 1, 3, 3, 3, 3, 5, 7, 7);
    return new Operation.Mremap(
        d.process(), from.start(), from.length(), newLength, flags, d.span().start());
  }

  private static Operation scan(Draws d) {
    Span span = d.chance(0.5) ? d.most() : d.span();
    long flags = d.oneOf(0, ScanRequest.WP_MATCHING);
    flags |= d.chance(0.15) ? ScanRequest.CHECK_WPASYNC : 0;
    int regions = d.chance(0.12) ? 0 : (int) d.oneOf(1, 2, 3, 5, 16, 64, 600);
    long maxPages = d.chance(0.6) ? 0 : 1 + d.below(20);
    if (d.chance(0.4)) {
      long only = d.chance(0.8) ? Categories.WRITTEN : d.oneOf(1, 4, 8, 16, 32, 64, 128, 256);
      return new Operation.Scan(
          d.process(), flags, span.start(), span.end(), regions, maxPages, 0, only, 0, only);
    }
    return new Operation.Scan(
        d.process(),
        d.chance(0.02) ? 4 : flags,
        span.start(),
        span.end(),
        regions,
        maxPages,
        mask(d, 0.15),
        mask(d, 0.12),
        d.chance(0.5) ? 0 : mask(d, 0.3),
        d.chance(0.3) ? KNOWN_CATEGORIES >> 1 : mask(d, 0.4));
  }

  /** Categories that the newest kernel knows; the others reject the newest one. */
  private static long mask(Draws d, double density) {
    long known = d.chance(0.02) ? KNOWN_CATEGORIES << 1 | 1 : KNOWN_CATEGORIES >> 1;
    return d.someBits(known, density);
  }

  private static Maker advice(Advice advice) {
    return d -> madvise(d, d.chance(0.2) ? d.most() : d.span(), advice);
  }

  private static Operation madvise(Draws d, Span span, Advice advice) {
    return new Operation.Madvise(d.process(), span.start(), span.length(), advice.number());
  }

  private static Operation on(Span span, Function<Span, Operation> maker) {
    return maker.apply(span);
  }
}
