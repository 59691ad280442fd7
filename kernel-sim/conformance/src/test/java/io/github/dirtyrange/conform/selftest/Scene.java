package io.github.dirtyrange.conform.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.Operation;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one scenario plays: fresh memory of a kernel's process, with what the scenario does to it
 * and what it expects to see. A failed expectation prints the program that led to it, which {@code
 * dirtyrange conform --replay} takes.
 */
final class Scene extends Actions {

  /** In a huge scene, the first page of the first aligned 2 MiB; another follows. */
  static final long BLOCK = 8;

  private Scene(SelftestKernel kernel, Layout layout) {
    super(kernel, layout);
  }

  /** Two arenas of 32 pages, in the middle of each a border of 2 MiB. */
  static Scene small(SelftestKernel kernel) {
    return new Scene(kernel, Layout.SMALL);
  }

  /** An arena of 1048 pages and one of 536; see {@link #BLOCK}. */
  static Scene huge(SelftestKernel kernel) {
    return new Scene(kernel, Layout.HUGE);
  }

  /** {@return the first page of the second arena; in a huge scene, 8 before an aligned 2 MiB} */
  long second() {
    return arenas().get(1).startVpn();
  }

  /** {@return the pages from {@code start} up to {@code end}, which is not one of them} */
  static PageRange pages(long start, long end) {
    return new PageRange(start, end);
  }

  static PageRange page(long page) {
    return new PageRange(page, page + 1);
  }

  /** {@return what a scan found, its pages counted as a scene's} */
  ScanAnswer scan(ScanCall call) {
    return new ScanAnswer(attempt(operation(call)), first());
  }

  private Operation operation(ScanCall call) {
    return new Operation.Scan(
        process(),
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

  /** Expects bit 55 on these pages and no others, of PAGEMAP_SCAN as of pagemap. */
  void expectSoftDirty(PageRange... expected) {
    expectBit(PagemapEntry.SOFT_DIRTY, expected);
    if (!kernel().has(Quirk.NO_PAGEMAP_SCAN)) {
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
      kernel().machine().readPagemap(process(), startVpn, entries.length, entries);
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
    kernel().needsHugePage(whole);
  }
}
