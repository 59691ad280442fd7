package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Searches spans of pages of one memory, in chunks. Of a match that lies within one that begins in
 * an earlier page nothing is told.
 */
final class MemoryScan {

  private static final int CHUNK_BYTES = 1 << 20;

  private final SavedMemory memory;
  private final SearchPattern pattern;
  private final Predicate<Match> sink;
  private final Segments segments;
  private final SavedReader reader;
  private final PageMatcher matcher;
  private final int pageSize;
  private final long pagesBefore;
  private final long pagesBehind;
  private final long chunkPages;
  private final byte[] bytes;

  /** Which pages are in the bytes. */
  private long loadedStart;

  private long loadedEnd;

  /** Behind all matches of this segment so far; unsigned. */
  private long coveredTo;

  MemoryScan(SavedMemory memory, Segments segments, SearchPattern pattern, Predicate<Match> sink) {
    this.memory = memory;
    this.segments = segments;
    this.pattern = pattern;
    this.sink = sink;
    reader = memory.pages();
    pageSize = memory.pageSize();
    matcher = new PageMatcher(pattern, pageSize);
    pagesBefore = pages(pattern.around());
    pagesBehind = pages(pattern.longest() + pattern.around());
    chunkPages = Math.max(1, CHUNK_BYTES / pageSize);
    bytes = new byte[(int) (pagesBefore + chunkPages + pagesBehind) * pageSize];
  }

  private long pages(int count) {
    return (count + pageSize - 1L) / pageSize;
  }

  /** {@return whether the sink wants more after what begins in all the pages} */
  boolean searchAll() throws SavedException {
    for (int i = 0; i < segments.size(); i++) {
      if (!search(i, segments.start(i), segments.start(i), segments.end(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Searches what may have another match since some pages changed.
   *
   * @return whether the sink wants more
   */
  boolean searchAround(PageSpans changed) throws SavedException {
    long before = pages(pattern.longest() - 1 + pattern.around());
    long covering = pages(pattern.covering());
    PageSpans spans = changed.widened(before, pages(pattern.around()) + covering);
    for (int span = 0; span < spans.size(); span++) {
      long start = spans.start(span);
      long end = spans.end(span);
      for (int i = segments.firstEndingAfter(start);
          i < segments.size() && segments.start(i) < end;
          i++) {
        long told = Math.max(segments.start(i), start);
        long from = Math.max(segments.start(i), told - covering);
        if (!search(i, from, told, Math.min(segments.end(i), end))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Searches from a page on, and tells from another one on, for what covers matches there. */
  private boolean search(int segment, long from, long told, long end) throws SavedException {
    coveredTo = 0;
    loadedEnd = 0;
    long at = from;
    while (at < end) {
      long next = behindZeros(segment, at, end);
      if (next > at) {
        at = next;
        continue;
      }
      long chunkEnd = Math.min(end, at + chunkPages);
      load(segment, at, chunkEnd);
      for (long vpn = at; vpn < chunkEnd; vpn++) {
        if (!searchPage(segment, vpn, told)) {
          return false;
        }
      }
      at = chunkEnd;
    }
    return true;
  }

  private boolean searchPage(int segment, long vpn, long told) {
    int page = (int) (vpn - loadedStart) * pageSize;
    int end = (int) (loadedEnd - loadedStart) * pageSize;
    long address = vpn * pageSize;
    return matcher.search(
        bytes,
        page,
        0,
        end,
        (start, behind) -> {
          boolean covered = Long.compareUnsigned(address + behind, coveredTo) <= 0;
          if (covered) {
            return true;
          }
          coveredTo = address + behind;
          return vpn < told || sink.test(match(segment, page + start, page + behind));
        });
  }

  private Match match(int segment, int start, int end) {
    SavedMapping mapping = segments.mapping(segment);
    long address = loadedStart * pageSize + start;
    long offset = address - mapping.startVpn() * pageSize;
    String found = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    return new Match(memory, mapping, address, offset, found);
  }

  /**
   * {@return where to go on} Many zeros are searched once: if nothing begins in one of their pages,
   * nothing does in another that has as many zeros around it. A sparse terabyte ends so. And if
   * something does, then in each, and the sink soon has enough.
   */
  private long behindZeros(int segment, long vpn, long end) throws SavedException {
    PageSpans zeros = segments.zerosAround(vpn);
    if (zeros.size() == 0 || vpn < zeros.start(0) + pagesBefore) {
      return vpn;
    }
    long zerosEnd = Math.min(zeros.end(0), segments.end(segment));
    long next = Math.min(end, zerosEnd - pagesBehind);
    if (next - vpn <= chunkPages) {
      return vpn;
    }
    load(segment, vpn, vpn + 1);
    int page = (int) (vpn - loadedStart) * pageSize;
    int loaded = (int) (loadedEnd - loadedStart) * pageSize;
    boolean isEmpty = matcher.search(bytes, page, 0, loaded, (start, behind) -> false);
    return isEmpty ? next : vpn;
  }

  /** Reads pages, and those around them that what begins in them depends on. */
  private void load(int segment, long from, long to) throws SavedException {
    loadedStart = Math.max(segments.start(segment), from - pagesBefore);
    loadedEnd = Math.min(segments.end(segment), to + pagesBehind);
    ByteBuffer into = ByteBuffer.wrap(bytes);
    for (long vpn = loadedStart; vpn < loadedEnd; vpn++) {
      PageClass pageClass = reader.read(vpn, into);
      if (!pageClass.hasBytes()) {
        throw new IllegalStateException("page " + vpn + " was said to have bytes: " + pageClass);
      }
    }
  }
}
