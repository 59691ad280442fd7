package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Compares two memories page by page, by address. Reads a page only where nothing else tells
 * whether it is the same.
 *
 * <p>A page that is mapped in both, but in mappings that are not one ({@link DiffRows}), is gone
 * from the one and added to the other.
 */
public final class MemoryDiff {

  /** Tells of a page whether it is stored once for both. */
  @FunctionalInterface
  private interface StoredOnce {
    boolean test(long vpn) throws SavedException;
  }

  private final PairCursor pairs;
  private final DiffRows rows;
  private final ByteRuns runs;
  private final SavedReader readerOfA;
  private final SavedReader readerOfB;
  private final StoredOnce storedOnce;
  private final byte[] pageOfA;
  private final byte[] pageOfB;

  private MemoryDiff(
      SavedMemory a,
      SavedMemory b,
      SavedReader readerOfA,
      SavedReader readerOfB,
      StoredOnce storedOnce,
      Consumer<ByteRun> differing)
      throws SavedException {
    if (a.pageSize() != b.pageSize()) {
      throw new IllegalArgumentException(
          "pages of " + a.pageSize() + " and of " + b.pageSize() + " bytes cannot be compared");
    }
    this.readerOfA = readerOfA;
    this.readerOfB = readerOfB;
    this.storedOnce = storedOnce;
    pairs = new PairCursor(a, b);
    rows = new DiffRows(a, b);
    runs = new ByteRuns(differing);
    pageOfA = new byte[a.pageSize()];
    pageOfB = new byte[b.pageSize()];
  }

  /**
   * Compares memories of one directory: pages that are stored once for both are not read.
   *
   * @param differing is told each run of bytes that differs in pages that both have
   * @throws SavedException if what is needed is missing or damaged
   * @throws IllegalArgumentException if their pages are not of one size
   */
  public static DiffResult inOneDirectory(SavedMemory a, SavedMemory b, Consumer<ByteRun> differing)
      throws SavedException {
    SavedReader readerOfA = a.pages();
    SavedReader readerOfB = b.pages();
    StoredOnce storedOnce = vpn -> areInOnePlace(readerOfA, readerOfB, vpn);
    return new MemoryDiff(a, b, readerOfA, readerOfB, storedOnce, differing).run();
  }

  private static boolean areInOnePlace(SavedReader a, SavedReader b, long vpn)
      throws SavedException {
    long place = a.place(vpn);
    return place != SavedReader.NOWHERE && place == b.place(vpn);
  }

  /**
   * Compares memories of two directories; the same otherwise.
   *
   * @throws SavedException if what is needed is missing or damaged
   * @throws IllegalArgumentException if their pages are not of one size
   */
  public static DiffResult acrossDirectories(
      SavedMemory a, SavedMemory b, Consumer<ByteRun> differing) throws SavedException {
    return new MemoryDiff(a, b, a.pages(), b.pages(), vpn -> false, differing).run();
  }

  private DiffResult run() throws SavedException {
    for (Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
      count(pair);
    }
    runs.flush();
    return rows.result();
  }

  private void count(Pair pair) throws SavedException {
    Run a = pair.a();
    Run b = pair.b();
    long pages = pair.endVpn() - pair.startVpn();
    if (a != null && b != null && DiffRows.isOne(a.mapping(), b.mapping(), pageOfA.length)) {
      compare(pair, a, b);
      return;
    }
    if (a != null) {
      rows.ofA(a.mapping()).gone(pages);
    }
    if (b != null) {
      rows.ofB(b.mapping()).added(pages);
    }
  }

  private void compare(Pair pair, Run a, Run b) throws SavedException {
    DiffCounts.Tally tally = rows.ofB(b.mapping());
    long pages = pair.endVpn() - pair.startVpn();
    switch (Pair.likeness(a, b)) {
      case SAME -> tally.same(pages);
      case FILLED -> tally.added(pages);
      case EMPTIED -> tally.gone(pages);
      case NOT_KNOWN -> tally.unknown(pages);
      case BYTES -> {
        for (long vpn = pair.startVpn(); vpn < pair.endVpn(); vpn++) {
          comparePage(vpn, b.mapping(), tally);
        }
      }
    }
  }

  private void comparePage(long vpn, SavedMapping mapping, DiffCounts.Tally tally)
      throws SavedException {
    if (storedOnce.test(vpn)) {
      tally.same(1);
      return;
    }
    PageClass classOfA = readerOfA.read(vpn, ByteBuffer.wrap(pageOfA));
    PageClass classOfB = readerOfB.read(vpn, ByteBuffer.wrap(pageOfB));
    if (!classOfA.hasBytes() || !classOfB.hasBytes()) {
      tally.unknown(1);
    } else if (runs.compare(mapping, vpn * pageOfA.length, pageOfA, pageOfB)) {
      tally.changed(1);
    } else {
      tally.same(1);
    }
  }
}
