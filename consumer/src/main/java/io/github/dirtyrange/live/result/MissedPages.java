package io.github.dirtyrange.live.result;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The pages that a queue alone would have missed.
 *
 * @param pages how many, by cause; causes of none are left out
 */
public record MissedPages(Map<MissedCause, Long> pages) {

  /** Nothing was missed. */
  public static final MissedPages NONE = new MissedPages(Map.of());

  /** Copies the counts, without those that are 0. */
  public MissedPages {
    Map<MissedCause, Long> copy = new EnumMap<>(MissedCause.class);
    copy.putAll(pages);
    copy.values().removeIf(count -> count == 0);
    pages = Collections.unmodifiableMap(copy);
  }

  /** {@return how many pages there are of all causes} */
  public long total() {
    return pages.values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@return the sums of both} */
  public MissedPages plus(MissedPages other) {
    Map<MissedCause, Long> sums = new EnumMap<>(MissedCause.class);
    sums.putAll(pages);
    other.pages.forEach((cause, count) -> sums.merge(cause, count, Long::sum));
    return new MissedPages(sums);
  }
}
