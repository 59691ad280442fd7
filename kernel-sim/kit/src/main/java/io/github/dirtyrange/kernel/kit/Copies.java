package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.sim.MappedPage;
import io.github.dirtyrange.kernel.sim.SimProcess;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * The copy of the pages that a reader keeps, taken anew of each page when a drain tells of it: what
 * the laws are for. Looking at a page is no access.
 */
final class Copies {

  private final Window window;
  private final SimProcess process;
  private final long[] copies;

  /**
   * Whether pages of files may be mapped twice, and so change without a change of their mapping.
   */
  private final BooleanSupplier aliasing;

  private final boolean[] shared;

  /** What the pages held when the drain under way began, which it owes. */
  private long[] owed;

  /** Copies every page. */
  Copies(Window window, SimProcess process, BooleanSupplier aliasing) {
    this.window = window;
    this.process = process;
    this.aliasing = aliasing;
    shared = new boolean[window.pages()];
    copies = contents();
    owed = copies;
  }

  private long[] contents() {
    return IntStream.range(0, window.pages()).mapToLong(this::content).toArray();
  }

  private long content(int page) {
    return new MappedPage(process, window.base() + page).content();
  }

  /** A drain begins. */
  void begin() {
    owed = contents();
    if (aliasing.getAsBoolean()) {
      noteFiles();
    }
  }

  private void noteFiles() {
    Arrays.fill(shared, false);
    for (Vma vma : process.tracked().maps()) {
      if (vma.inode() != 0) {
        int from = (int) (vma.startVpn() - window.base());
        Arrays.fill(shared, from, from + (int) vma.pages(), true);
      }
    }
  }

  /** Nothing is owed any more. */
  void takeAll() {
    owed = contents();
    System.arraycopy(owed, 0, copies, 0, copies.length);
  }

  /** A page is told. */
  void take(int page) {
    copies[page] = content(page);
  }

  /**
   * {@return whether the drain that began last owed a page, if it has not told it} Where there is
   * no page a reader has none to keep, as where one holds zeros.
   */
  boolean isStale(int page) {
    return !shared[page] && Math.max(0, copies[page]) != Math.max(0, owed[page]);
  }
}
