package io.github.dirtyrange.conform.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.Operation;
import io.github.dirtyrange.conform.Outcome;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.ProgramText;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scenario can do to the memory of a kernel's process. Each call must succeed; a failure
 * prints the program that led to it.
 *
 * <p>Pages are counted from the first page of the layout's first arena.
 */
abstract class Actions {

  static final int READ = Prot.READ;
  static final int READ_WRITE = Prot.READ | Prot.WRITE;
  static final int PRIVATE = Mmap.PRIVATE;
  static final int SHARED = Mmap.SHARED;

  /** The files of conform, 48 pages long: one in memory, one on disk. */
  static final int MEMFD = 0;

  static final int FILE = 1;

  private static final int CLEAR_SOFT_DIRTY = 4;

  private final SelftestKernel kernel;
  private final Layout layout;
  private final List<Operation> done = new ArrayList<>();
  private int process;
  private Outcome last = Outcome.result(0);

  Actions(SelftestKernel kernel, Layout layout) {
    this.kernel = kernel;
    this.layout = layout;
    kernel.machine().reset(layout);
  }

  final SelftestKernel kernel() {
    return kernel;
  }

  /** {@return the process that acts, and is looked at} */
  final int process() {
    return process;
  }

  /** Goes on in another process: 0, or the number of a {@link #fork}. */
  void become(int other) {
    process = other;
  }

  void map(PageRange range) {
    map(range, READ_WRITE, PRIVATE);
  }

  void map(PageRange range, int protection, int kind) {
    run(
        new Operation.Mmap(
            process, start(range), bytes(range), protection, kind | Mmap.ANONYMOUS | Mmap.FIXED));
  }

  /** Maps a file from its beginning. */
  void mapFile(PageRange range, int file, int kind) {
    run(
        new Operation.MmapFile(
            process, file, start(range), bytes(range), READ_WRITE, kind | Mmap.FIXED, 0));
  }

  /** Maps aligned blocks of 2 MiB in the hope of huge pages. */
  void mapHuge(PageRange range) {
    map(range);
    advise(range, Madvise.Advice.HUGEPAGE);
  }

  /** Maps memory that never becomes huge pages. */
  void mapPlain(PageRange range) {
    map(range);
    advise(range, Madvise.Advice.NOHUGEPAGE);
  }

  void unmap(PageRange range) {
    run(new Operation.Munmap(process, start(range), bytes(range)));
  }

  void move(PageRange range, long target) {
    run(
        new Operation.Mremap(
            process,
            start(range),
            bytes(range),
            bytes(range),
            Mremap.MAYMOVE | Mremap.FIXED,
            address(target)));
  }

  void protect(PageRange range, int protection) {
    run(new Operation.Mprotect(process, start(range), bytes(range), protection));
  }

  void advise(PageRange range, Madvise.Advice advice) {
    advise(range, advice.number());
  }

  void advise(PageRange range, int advice) {
    run(new Operation.Madvise(process, start(range), bytes(range), advice));
  }

  void load(long page) {
    run(new Operation.Load(process, address(page)));
  }

  void store(long page) {
    run(new Operation.Store(process, address(page), 1 + done.size()));
  }

  void store(PageRange range) {
    for (long page = range.startVpn(); page < range.endVpn(); page++) {
      store(page);
    }
  }

  /** Stores the same content to each page. */
  void storeAlike(PageRange range) {
    for (long page = range.startVpn(); page < range.endVpn(); page++) {
      run(new Operation.Store(process, address(page), 1));
    }
  }

  void fork(int child) {
    run(new Operation.Fork(process, child));
  }

  void exit(int child) {
    run(new Operation.Exit(child));
  }

  void truncateFile(int file, long pages) {
    run(new Operation.FileTruncate(process, file, Pages.address(pages)));
  }

  void clearSoftDirty() {
    run(new Operation.ClearRefs(process, CLEAR_SOFT_DIRTY));
  }

  /** Opens a userfaultfd with features other than WP_ASYNC; its messages are read and resolved. */
  void openUserfaultfd(long features) {
    run(new Operation.UffdOpen(process, features));
  }

  void register(PageRange range) {
    run(new Operation.UffdRegister(process, start(range), bytes(range), 2));
  }

  void unregister(PageRange range) {
    run(new Operation.UffdUnregister(process, start(range), bytes(range)));
  }

  /** UFFDIO_WRITEPROTECT, on. */
  void writeProtect(PageRange range) {
    run(new Operation.UffdWriteProtect(process, start(range), bytes(range), 1));
  }

  /** UFFDIO_WRITEPROTECT, off. */
  void unprotect(PageRange range) {
    run(new Operation.UffdWriteProtect(process, start(range), bytes(range), 0));
  }

  /** Registers memory and arms what is in it, so that nothing reads WRITTEN. */
  void track(PageRange range) {
    register(range);
    writeProtect(range);
  }

  /** {@return what an operation comes to, which may be an error} */
  final Outcome attempt(Operation operation) {
    done.add(operation);
    last = kernel.machine().run(operation);
    return last;
  }

  /** {@return what the reader of a userfaultfd was told during the last action} */
  final List<String> messages() {
    return last.notes();
  }

  private void run(Operation operation) {
    Outcome outcome = attempt(operation);
    assertThat(outcome.succeeded()).as(() -> this + "    ended with " + outcome).isTrue();
  }

  /** {@return the arenas, in pages} */
  final List<PageRange> arenas() {
    return layout.arenas().stream()
        .map(arena -> new PageRange(arena.startVpn() - first(), arena.endVpn() - first()))
        .toList();
  }

  /** {@return where pages begin to count, relative to the layout's base} */
  final long first() {
    return layout.arenas().get(0).startVpn();
  }

  final long address(long page) {
    return Pages.address(first() + page);
  }

  private long start(PageRange range) {
    return address(range.startVpn());
  }

  private static long bytes(PageRange range) {
    return Pages.address(range.pages());
  }

  /** {@return the kernel and the program so far} */
  @Override
  public final String toString() {
    return kernel + "\n" + ProgramText.print(new Program(layout, done));
  }
}
