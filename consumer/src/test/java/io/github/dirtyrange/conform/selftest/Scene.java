package io.github.dirtyrange.conform.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.Operation;
import io.github.dirtyrange.conform.Outcome;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.ProgramText;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one scenario plays: fresh memory of a kernel's process, with what the scenario does to it
 * and what it expects to see. A failed expectation prints the program that led to it, which {@code
 * dirtyrange conform --replay} takes.
 *
 * <p>Pages are counted from the first page of the layout's first arena.
 */
final class Scene {

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

  private Scene(SelftestKernel kernel, Layout layout) {
    this.kernel = kernel;
    this.layout = layout;
    kernel.machine().reset(layout);
  }

  /** Two arenas of 32 pages, in the middle of each a border of 2 MiB. */
  static Scene small(SelftestKernel kernel) {
    return new Scene(kernel, Layout.SMALL);
  }

  /** An arena of 1048 pages and one of 536; see {@link #BLOCK}. */
  static Scene huge(SelftestKernel kernel) {
    return new Scene(kernel, Layout.HUGE);
  }

  /** In a huge scene, the first page of the first aligned 2 MiB; another follows. */
  static final long BLOCK = 8;

  /** {@return the first page of the second arena; in a huge scene, 8 before an aligned 2 MiB} */
  long second() {
    return layout.arenas().get(1).startVpn() - layout.arenas().get(0).startVpn();
  }

  /** {@return the pages from {@code start} up to {@code end}, which is not one of them} */
  static PageRange pages(long start, long end) {
    return new PageRange(start, end);
  }

  static PageRange page(long page) {
    return new PageRange(page, page + 1);
  }

  boolean has(Quirk quirk) {
    return kernel.has(quirk);
  }

  /** Goes on in another process: 0, or the number of a {@link #fork}. */
  void become(int other) {
    process = other;
  }

  // What a scenario does. Each must succeed.

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

  /** {@return what a scan found, its pages counted as a scene's} */
  ScanAnswer scan(ScanCall call) {
    return new ScanAnswer(attempt(operation(call)), first());
  }

  /** {@return what an operation comes to, which may be an error} */
  Outcome attempt(Operation operation) {
    done.add(operation);
    return operation.on(kernel.machine());
  }

  private void run(Operation operation) {
    Outcome outcome = attempt(operation);
    assertThat(outcome.succeeded()).as(() -> this + "    ended with " + outcome).isTrue();
  }

  private Operation operation(ScanCall call) {
    return new Operation.Scan(
        process,
        call.flags(),
        address(call.range().startVpn()),
        address(call.endPage()),
        call.room(),
        call.maxPages(),
        call.inverted(),
        call.required(),
        call.anyOf(),
        call.returned());
  }

  // What a scenario expects.

  /** Expects bit 55 on these pages and no others, of PAGEMAP_SCAN as of pagemap. */
  void expectSoftDirty(PageRange... expected) {
    expectBit(PagemapEntry.SOFT_DIRTY, expected);
    if (!has(Quirk.NO_PAGEMAP_SCAN)) {
      List<PageRange> found = new ArrayList<>();
      for (PageRange arena : arenas()) {
        found.addAll(scan(ScanCall.softDirty(arena)).pages());
      }
      assertThat(found).as(this::toString).containsExactly(expected);
    }
  }

  /** Expects a bit of pagemap on these pages and no others. */
  void expectBit(long bit, PageRange... expected) {
    assertThat(pagesWith(bit)).as(this::toString).containsExactly(expected);
  }

  /** Expects the pages of a range that read WRITTEN to be these and no others. */
  void expectWritten(PageRange range, PageRange... expected) {
    ScanAnswer answer = scan(ScanCall.written(range));
    assertThat(answer.pages()).as(this::toString).containsExactly(expected);
  }

  /** {@return the pages of both arenas that have a bit in pagemap} */
  List<PageRange> pagesWith(long bit) {
    List<PageRange> found = new ArrayList<>();
    for (PageRange arena : arenas()) {
      long[] entries = new long[(int) arena.pages()];
      long startVpn = Pages.vpn(Layout.BASE) + first() + arena.startVpn();
      kernel.machine().readPagemap(process, startVpn, entries.length, entries);
      Runs runs = new Runs(found);
      for (int i = 0; i < entries.length; i++) {
        runs.add(arena.startVpn() + i, (entries[i] & bit) != 0);
      }
      runs.end(arena.endVpn());
    }
    return found;
  }

  /** Stores to a page; skips the test unless a huge page came of it. */
  void storeHuge(long block) {
    store(block);
    boolean whole = pagesWith(PagemapEntry.PRESENT).contains(pages(block, block + 512));
    kernel.needsHugePage(whole);
  }

  private List<PageRange> arenas() {
    return layout.arenas().stream()
        .map(arena -> pages(arena.startVpn() - first(), arena.endVpn() - first()))
        .toList();
  }

  private long first() {
    return layout.arenas().get(0).startVpn();
  }

  private long address(long page) {
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
  public String toString() {
    return kernel + "\n" + ProgramText.print(new Program(layout, done));
  }
}
