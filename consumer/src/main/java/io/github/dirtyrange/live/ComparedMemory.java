package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.MemoryKind;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.track.ChangedPages;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Private mappings of files that cannot be armed, as the data of every program and library: of
 * these, the pages that the process has made its own copies of are compared by content, round by
 * round. What it has not written is the file's.
 *
 * <p>Compared is a hash of 64 bits, so that a change is missed once in 2<sup>64</sup>. A page that
 * was changed and changed back is not told.
 */
final class ComparedMemory {

  /** 64 MiB: what has more copies is named instead. */
  private static final int MOST_PAGES = 1 << 14;

  private static final int BATCH_PAGES = 256;
  private static final int REGIONS = 1 << 10;
  private static final int MIX_BITS = 29;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final TrackedProcess process;
  private final Selection selection;
  private final PageRegionBuffer regions = new PageRegionBuffer(REGIONS);
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BATCH_PAGES * Pages.SIZE).order(ByteOrder.nativeOrder());
  private Long2LongOpenHashMap hashes = new Long2LongOpenHashMap();
  private Set<Vma> compared = Set.of();

  ComparedMemory(TrackedProcess process, Selection selection) {
    this.process = process;
    this.selection = selection;
  }

  /** {@return whether what the process writes in a mapping is told, as of the last comparison} */
  boolean covers(Vma vma) {
    return compared.contains(vma);
  }

  /** {@return the mappings that are compared, as of the last comparison} */
  Set<Vma> covered() {
    return compared;
  }

  /** {@return how many mappings are compared} */
  int mappings() {
    return compared.size();
  }

  /** {@return how many pages are} */
  int pages() {
    return hashes.size();
  }

  /** Reads all copies; {@return the pages that are others than at the last call} */
  ChangedPages compare(List<Arming.Refusal> refused) {
    Long2LongOpenHashMap now = new Long2LongOpenHashMap(hashes.size());
    Set<Vma> covered = new HashSet<>();
    for (Arming.Refusal refusal : refused) {
      Vma vma = refusal.vma();
      if (!vma.shared() && MemoryKind.of(vma) == MemoryKind.FILE_BACKED) {
        LongArrayList copies = copies(vma);
        if (now.size() + copies.size() <= MOST_PAGES) {
          read(copies, now);
          covered.add(vma);
        }
      }
    }
    ChangedPages changed = difference(hashes, now);
    hashes = now;
    compared = covered;
    return changed;
  }

  /** {@return the pages of a mapping that are the process's own: anonymous ones} */
  private LongArrayList copies(Vma vma) {
    LongArrayList pages = new LongArrayList();
    selection.clip(
        vma.startVpn(), vma.endVpn(), vma, (from, to) -> addCopies(ownPages(from, to), pages));
    return pages;
  }

  private static ScanRequest ownPages(long startVpn, long endVpn) {
    return new ScanRequest(
        0,
        Pages.address(startVpn),
        Pages.address(endVpn),
        0,
        Categories.FILE,
        Categories.FILE,
        Categories.PRESENT | Categories.SWAPPED,
        Categories.PRESENT);
  }

  private void addCopies(ScanRequest request, LongArrayList pages) {
    ScanRequest rest = request;
    while (rest.startAddress() < rest.endAddress() && pages.size() <= MOST_PAGES) {
      rest = rest.from(process.scan(rest, regions));
      for (int i = 0; i < regions.size(); i++) {
        for (long vpn = regions.startVpn(i); vpn < regions.endVpn(i); vpn++) {
          pages.add(vpn);
        }
      }
    }
  }

  /** A page that cannot be read is left out, and so told when it can be again. */
  private void read(LongArrayList pages, Long2LongOpenHashMap hashed) {
    long[] bounds = new long[2 * BATCH_PAGES];
    int next = 0;
    while (next < pages.size()) {
      int count = Math.min(BATCH_PAGES, pages.size() - next);
      for (int i = 0; i < count; i++) {
        bounds[2 * i] = pages.getLong(next + i);
        bounds[2 * i + 1] = bounds[2 * i] + 1;
      }
      buffer.clear();
      int read = (int) process.readPages(bounds, 0, count, buffer);
      for (int i = 0; i < read; i++) {
        hashed.put(bounds[2 * i], hash(i * Pages.SIZE));
      }
      next += read == count ? count : read + 1;
    }
  }

  private long hash(int offset) {
    long hash = 0;
    for (int at = offset; at < offset + Pages.SIZE; at += Long.BYTES) {
      hash = (hash ^ buffer.getLong(at)) * MIX;
      hash ^= hash >>> MIX_BITS;
    }
    return hash;
  }

  private static ChangedPages difference(Long2LongOpenHashMap before, Long2LongOpenHashMap now) {
    LongArrayList pages = new LongArrayList();
    for (Long2LongMap.Entry entry : now.long2LongEntrySet()) {
      long vpn = entry.getLongKey();
      if (!before.containsKey(vpn) || before.get(vpn) != entry.getLongValue()) {
        pages.add(vpn);
      }
    }
    before.keySet().forEach(vpn -> addUnlessHeld(vpn, now, pages));
    pages.sort(null);
    ChangedPages changed = new ChangedPages();
    pages.forEach((long vpn) -> changed.add(vpn, vpn + 1));
    return changed;
  }

  private static void addUnlessHeld(long vpn, Long2LongOpenHashMap now, LongArrayList pages) {
    if (!now.containsKey(vpn)) {
      pages.add(vpn);
    }
  }
}
