package io.github.dirtyrange.retrace;

import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.trace.TraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Regions that came ahead of their round, within bounds: a trace may have them without end. */
final class PendingRegions {

  /** Some 400 MB of heap. */
  static final int MOST = 1 << 23;

  private final int most;
  private final List<ChangedRegions> parts = new ArrayList<>();
  private long count;

  PendingRegions(int most) {
    this.most = most;
  }

  /** Adds regions that follow those before. Throws {@link TraceException} if they are too many. */
  void add(ChangedRegions more) throws TraceException {
    count += more.size();
    if (count > most) {
      throw new TraceException(
          String.format(Locale.ROOT, "a round has more than %,d regions, the most replayed", most));
    }
    if (more.size() > 0) {
      parts.add(more);
    }
  }

  /** {@return all that is there, in its order} */
  List<ChangedRegions> parts() {
    return parts;
  }

  /** Forgets them. */
  void clear() {
    parts.clear();
    count = 0;
  }
}
