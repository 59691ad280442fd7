package io.github.dirtyrange.kernel;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What changed the pages of a drain: for each cause, how many page transitions were recorded since
 * the drain before. A page that changed twice counts twice.
 *
 * @param pages page transitions by cause, above 0; causes that changed nothing are left out
 */
public record CauseCounts(Map<ChangeCause, Long> pages) {

  /** Nothing changed, or the kernel does not know why. */
  public static final CauseCounts NONE = new CauseCounts(Map.of());

  /** Copies the counts, without those that are 0. */
  public CauseCounts {
    Map<ChangeCause, Long> copy = new EnumMap<>(ChangeCause.class);
    copy.putAll(pages);
    copy.values().removeIf(count -> count == 0);
    pages = Collections.unmodifiableMap(copy);
  }

  /** {@return how many page transitions a cause made} */
  public long pages(ChangeCause cause) {
    return pages.getOrDefault(cause, 0L);
  }

  /** {@return the sums of these counts and others} */
  public CauseCounts plus(CauseCounts other) {
    Map<ChangeCause, Long> sums = new EnumMap<>(ChangeCause.class);
    sums.putAll(pages);
    other.pages.forEach((cause, count) -> sums.merge(cause, count, Long::sum));
    return new CauseCounts(sums);
  }
}
