package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a reader believes that a process's pages hold: a copy of all at first, then of what it was
 * told alone. A page that could not be copied stays owed until it can, or is not mapped any more.
 */
final class Mirror {

  private static final int ROOM = 64;

  /** A page of which all that happens in the mirror is printed: {@code -Dsoak.page=0x100000803}. */
  private static final long TRACED = Long.getLong("soak.page", -1);

  private final TrackedProcess process;
  private final ProcessContents contents;
  private final List<long[]> ranges;
  private final TrackedRanges tracked;
  private final boolean quiet;
  private final Long2LongOpenHashMap believed = new Long2LongOpenHashMap();
  private final LongOpenHashSet owed = new LongOpenHashSet();

  /** What was told and seemed not to be mapped. */
  private final List<long[]> gaps = new ArrayList<>();

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(ROOM * 4096).order(ByteOrder.nativeOrder());

  /**
   * Makes an empty one.
   *
   * @param quiet whether pages are read as the oracle reads them, so that those that are not there
   *     stay so; else as a reader does, by {@link TrackedProcess#readPages}
   */
  Mirror(TrackedProcess process, ProcessContents contents, TrackedRanges tracked, boolean quiet) {
    this.process = process;
    this.contents = contents;
    this.tracked = tracked;
    this.quiet = quiet;
    ranges = tracked.toList().stream().map(r -> new long[] {r.startVpn(), r.endVpn()}).toList();
    believed.defaultReturnValue(ProcessContents.ZERO);
  }

  /** Copies everything, once. */
  void copyAll() throws IOException {
    copy(ranges);
    gaps.clear();
  }

  /** Copies what was told. */
  void copy(List<long[]> told) throws IOException {
    Mappings mappings = contents.mappings();
    List<long[]> mapped = new ArrayList<>();
    for (long[] range : told) {
      long done = range[0];
      for (Mappings.Mapping mapping : mappings.all()) {
        long start = Math.max(done, mapping.startVpn());
        long end = Math.min(range[1], mapping.endVpn());
        if (start < end) {
          addGap(done, start);
          tracked.clip(start, end, (from, to) -> mapped.add(new long[] {from, to}));
          done = end;
        }
      }
      addGap(done, range[1]);
    }
    if (quiet) {
      take(mapped, contents.read(mappings, mapped));
    } else {
      mapped.forEach(this::readPages);
    }
  }

  /** A process that runs may show a mapping that it is changing nowhere for a moment. */
  private void addGap(long startVpn, long endVpn) {
    if (startVpn < endVpn) {
      gaps.add(new long[] {startVpn, endVpn});
    }
  }

  private void take(List<long[]> mapped, Long2LongMap read) {
    for (long[] range : mapped) {
      for (long vpn = range[0]; vpn < range[1]; vpn++) {
        believe(vpn, read.get(vpn));
      }
    }
  }

  private void believe(long vpn, long hash) {
    if (vpn == TRACED) {
      System.out.printf("page %x is copied, and holds %x%n", vpn, hash);
    }
    if (hash == ProcessContents.UNREADABLE) {
      owed.add(vpn);
      return;
    }
    owed.remove(vpn);
    if (hash == ProcessContents.ZERO) {
      believed.remove(vpn);
    } else {
      believed.put(vpn, hash);
    }
  }

  private void readPages(long[] range) {
    long vpn = range[0];
    while (vpn < range[1]) {
      long[] bounds = {vpn, Math.min(range[1], vpn + ROOM)};
      long got = process.readPages(bounds, 0, 1, buffer.clear());
      for (int i = 0; i < got; i++) {
        believe(vpn + i, ProcessContents.hashOf(buffer, i));
      }
      vpn += got;
      if (vpn < bounds[1]) {
        owed.add(vpn++);
      }
    }
  }

  /** Copies what is owed, as far as it can be. The process rests. */
  void settle(Mappings mappings) throws IOException {
    settleGaps();
    List<long[]> pages = new ArrayList<>();
    for (long vpn : owed.toLongArray()) {
      if (mappings.of(vpn) == null) {
        owed.remove(vpn);
      } else {
        pages.add(new long[] {vpn, vpn + 1});
      }
    }
    if (!pages.isEmpty()) {
      pages.sort((a, b) -> Long.compare(a[0], b[0]));
      take(pages, contents.read(mappings, pages));
    }
    believed.keySet().removeIf((long vpn) -> mappings.of(vpn) == null);
  }

  private void settleGaps() throws IOException {
    List<long[]> told = List.copyOf(gaps);
    gaps.clear();
    copy(told);
    gaps.clear();
  }

  /** {@return the mapped pages that hold something else than is believed} The process rests. */
  LongSet pagesThatDiffer(Mappings mappings) throws IOException {
    Long2LongMap held = contents.read(mappings, ranges);
    if (mappings.of(TRACED) != null) {
      System.out.printf(
          "page %x is compared: it holds %x, pagemap %x, believed %x%n",
          TRACED, held.get(TRACED), contents.entry(TRACED), believed.get(TRACED));
    }
    LongOpenHashSet differing = new LongOpenHashSet();
    addDiffering(held.keySet(), held, differing);
    addDiffering(believed.keySet(), held, differing);
    return differing;
  }

  private void addDiffering(LongSet pages, Long2LongMap held, LongSet differing) {
    for (long vpn : pages) {
      long now = held.get(vpn);
      if (now != ProcessContents.UNREADABLE && now != believed.get(vpn) && !owed.contains(vpn)) {
        differing.add(vpn);
      }
    }
  }

  /** Copies pages of which it was not told, so that each is counted once. */
  void copyUntold(LongSet pages) throws IOException {
    List<long[]> list = new ArrayList<>();
    new TreeSet<>(pages).forEach(vpn -> list.add(new long[] {vpn, vpn + 1}));
    take(list, contents.read(contents.mappings(), list));
  }
}
