package io.github.dirtyrange.lab;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.github.dirtyrange.kernel.MemoryKind;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads what the private memory of a process that stands still holds, and changes nothing by it: no
 * page is made, and none is brought back from swap. What holds nothing counts as zeros.
 *
 * <p>Bytes are kept as a hash a page, so that gigabytes take 16 bytes a page.
 */
final class ContentReader {

  private static final int BUFFER_PAGES = 512;
  private static final HashFunction HASH = Hashing.farmHashFingerprint64();

  /** Until a method has been called so often, it may be interpreted, a hundred times slower. */
  private static final int TRIAL_RUNS = 2_000;

  private static final long OF_ZEROS = ofZeros();

  private final TrackedProcess process;
  private final long mostPages;
  private final ContentCandidates candidates;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_PAGES * Pages.SIZE);
  private final byte[] page = new byte[Pages.SIZE];
  private final long[] bounds = new long[2 * BUFFER_PAGES];
  private int batched;

  // What is being read.
  private LongArrayList vpns = new LongArrayList();
  private LongArrayList hashes = new LongArrayList();
  private PageRuns unreadable = new PageRuns();
  private long readPages;

  /**
   * Reads a process.
   *
   * @param mostPages how many pages to read at a time, about: a sample where there are more
   * @param placesShown whether pagemap shows where in swap a page is
   */
  ContentReader(TrackedProcess process, long mostPages, boolean placesShown) {
    this.process = process;
    this.mostPages = mostPages;
    this.candidates = new ContentCandidates(process, placesShown);
  }

  /** Often enough that no process stands still while this is being compiled. */
  private static long ofZeros() {
    byte[] zeros = new byte[Pages.SIZE];
    long hash = 0;
    for (int run = 0; run < TRIAL_RUNS; run++) {
      hash = HASH.hashBytes(zeros).asLong();
    }
    return hash;
  }

  /** {@return what the private ones of some pages hold now} */
  PageContents read(ChangedPages pages) {
    List<Vma> mappings = process.maps();
    ChangedPages anonymous = ofKind(MemoryKind.PRIVATE_ANONYMOUS, mappings, pages);
    ChangedPages ofFiles = ofKind(MemoryKind.FILE_BACKED, mappings, pages);
    ContentCandidates.Found found = candidates.find(anonymous, ofFiles);
    ContentSample sample = ContentSample.of(mostPages, found.toRead().pages());
    vpns = new LongArrayList();
    hashes = new LongArrayList();
    unreadable = new PageRuns();
    readPages = 0;
    readAll(found.toRead(), sample);
    return new PageContents(
        sample,
        PageSets.union(anonymous, ofFiles),
        PageSets.union(found.unknown(), unreadable.end()),
        vpns,
        hashes,
        found.toRead().pages(),
        readPages);
  }

  private static ChangedPages ofKind(MemoryKind kind, List<Vma> mappings, ChangedPages pages) {
    ChangedPages mapped =
        MappedPages.of(mappings, vma -> !vma.shared() && MemoryKind.of(vma) == kind);
    return PageSets.intersection(mapped, pages);
  }

  private void readAll(ChangedPages pages, ContentSample sample) {
    batched = 0;
    for (int range = 0; range < pages.ranges(); range++) {
      for (long vpn = pages.startVpn(range); vpn < pages.endVpn(range); vpn++) {
        if (sample.has(vpn)) {
          append(vpn);
        }
      }
    }
    readBatch();
  }

  private void append(long vpn) {
    bounds[2 * batched] = vpn;
    bounds[2 * batched + 1] = vpn + 1;
    batched++;
    if (batched == BUFFER_PAGES) {
      readBatch();
    }
  }

  /** A page that cannot be read ends a call; it is unknown, and the next call goes on after it. */
  private void readBatch() {
    int from = 0;
    while (from < batched) {
      buffer.clear();
      int read = (int) process.readPages(bounds, from, batched, buffer);
      for (int i = 0; i < read; i++) {
        note(bounds[2 * (from + i)], Pages.SIZE * i);
      }
      from += read;
      if (from < batched) {
        unreadable.add(bounds[2 * from]);
        from++;
      }
    }
    batched = 0;
  }

  private void note(long vpn, int offset) {
    buffer.get(offset, page);
    long hash = HASH.hashBytes(page).asLong();
    readPages++;
    if (hash != OF_ZEROS) {
      vpns.add(vpn);
      hashes.add(hash);
    }
  }
}
