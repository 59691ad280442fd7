package io.github.dirtyrange.core;

import io.github.dirtyrange.inspect.Run;
import io.github.dirtyrange.inspect.RunCursor;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMemory;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the segments of a core of some memory, ascending; the same ones each time.
 *
 * <ul>
 *   <li>Pages whose bytes are known are in the core, zeros as holes.
 *   <li>Zeros of memory without a file are left out behind the last page that is not zero, and
 *       where there are more than {@link #MOST_ZEROS} before the next: a debugger takes what a
 *       segment has no bytes of for zeros. Where there is a file, it would take that.
 *   <li>Pages of the mapping's file are a segment of their own, without bytes.
 *   <li>Pages that nobody knows are in no segment: a debugger says that it cannot read them.
 * </ul>
 */
final class SegmentCursor {

  /** So many pages without bytes are worth the 56 bytes of a segment. */
  static final int MOST_ZEROS = 256;

  private final RunCursor runs;
  private @Nullable Run run;

  SegmentCursor(SavedMemory memory) throws SavedException {
    runs = new RunCursor(memory);
    run = runs.next();
  }

  /**
   * {@return the next segment; null behind the last one}
   *
   * @throws SavedException if a parent that is needed is missing or another one
   */
  @Nullable Segment next() throws SavedException {
    while (run != null) {
      Run first = run;
      run = runs.next();
      if (isOfFile(first)) {
        return new Segment(first.mapping(), first.startVpn(), first.startVpn(), first.endVpn());
      }
      if (isKnown(first)) {
        return grown(first);
      }
    }
    return null;
  }

  /** Takes in what follows, as far as it is known and not far away. */
  private Segment grown(Run first) throws SavedException {
    long fileEnd = isInCore(first) ? first.endVpn() : first.startVpn();
    long end = first.endVpn();
    while (run != null && run.startVpn() == end && end < first.mapping().endVpn()) {
      if (!isKnown(run) || (isInCore(run) && end - fileEnd > MOST_ZEROS)) {
        break;
      }
      end = run.endVpn();
      fileEnd = isInCore(run) ? end : fileEnd;
      run = runs.next();
    }
    return new Segment(first.mapping(), first.startVpn(), fileEnd, end);
  }

  private static boolean isOfFile(Run run) {
    return run.pageClass() == PageClass.FILE;
  }

  private static boolean isKnown(Run run) {
    return run.hasBytes() || run.isNothing();
  }

  private static boolean isInCore(Run run) {
    return holdsBytes(run) || FileNote.names(run.mapping());
  }

  /** {@return whether its pages are to be read, and written} */
  static boolean holdsBytes(Run run) {
    return run.hasBytes() && !run.isZero();
  }
}
