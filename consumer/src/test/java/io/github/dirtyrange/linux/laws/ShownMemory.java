package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;

/**
 * What the kernel shows of some pages at one moment: what is in them, whether they are mapped,
 * registered and written. Pages have indices, in ascending order of their numbers.
 */
final class ShownMemory {

  private static final PageRegionBuffer FOUND = new PageRegionBuffer(512);

  private final PageIndices indices;
  private final long[] presence;
  private final ShownEntries entries;
  private final boolean[] registered;
  private final boolean[] written;

  ShownMemory(TrackedProcess process, PageIndices indices) {
    this.indices = indices;
    presence = new long[indices.count()];
    entries = new ShownEntries(process, indices);
    registered = new boolean[indices.count()];
    written = new boolean[indices.count()];
    Presence reader = new Presence(process);
    for (PageRange range : indices.ranges()) {
      reader.read(
          range.startVpn(),
          range.endVpn(),
          (start, end, holds) -> indices.forEach(start, end, i -> presence[i] = holds));
      scan(process, range, Categories.WPALLOWED, registered);
      scan(process, range, Categories.WRITTEN, written);
    }
  }

  /** A scan for one category alone: of an entry that was emptied only such a one says WRITTEN. */
  private void scan(TrackedProcess process, PageRange range, long category, boolean[] into) {
    ScanRequest request = ScanRequest.of(range.startVpn(), range.endVpn(), category);
    long end = request.endAddress();
    for (long at = request.startAddress(); at < end; ) {
      at = process.scan(request.from(at), FOUND);
      for (int i = 0; i < FOUND.size(); i++) {
        indices.forEach(FOUND.startVpn(i), FOUND.endVpn(i), page -> into[page] = true);
      }
    }
  }

  boolean isMapped(int page) {
    return entries.isMapped(page);
  }

  /** {@return what is in a page, of {@link Presence#CATEGORIES}} */
  long presence(int page) {
    return presence[page];
  }

  boolean isPresent(int page) {
    return (presence[page] & Categories.PRESENT) != 0;
  }

  boolean isRegistered(int page) {
    return registered[page];
  }

  /** {@return whether a page was written; of what is not registered a scan may say so or not} */
  boolean isWritten(int page) {
    return registered[page] && written[page];
  }

  /**
   * {@return whether nothing is in a page, no marker either} So it is with what was reserved and
   * that nobody has touched, which is never armed: it reads written once there is a page table.
   */
  boolean isUnarmedHole(int page) {
    return presence[page] == 0 && !entries.isArmed(page);
  }

  /** {@return all that is shown of a page, for people} */
  String describe(int page) {
    return "[mapped %s, %s, registered %s, written %s]"
        .formatted(
            entries.isMapped(page),
            Categories.toString(presence[page]),
            registered[page],
            written[page]);
  }
}
