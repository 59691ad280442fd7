package io.github.dirtyrange.kernel;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * How many pages changed for which {@link ChangeCause}: a page counts once for each record of it,
 * so that the sum may be more than the pages that a drain hands out.
 *
 * @param byCause the causes that there were, in the enum's order, each with its number of pages
 */
public record CauseCounts(Map<ChangeCause, Long> byCause) {

  /** No counts: nothing was recorded, or the kernel does not know causes. */
  public static final CauseCounts NONE = new CauseCounts(Map.of());

  /** Copies the map, without causes that have no pages. */
  public CauseCounts {
    Map<ChangeCause, Long> copy = new EnumMap<>(ChangeCause.class);
    copy.putAll(byCause);
    copy.values().removeIf(pages -> pages == 0);
    byCause = Collections.unmodifiableMap(copy);
  }

  /** {@return how many pages changed for that cause} */
  public long pages(ChangeCause cause) {
    return byCause.getOrDefault(cause, 0L);
  }

  /** {@return these counts and others together} */
  public CauseCounts plus(CauseCounts others) {
    Map<ChangeCause, Long> sum = new EnumMap<>(ChangeCause.class);
    sum.putAll(byCause);
    others.byCause.forEach((cause, pages) -> sum.merge(cause, pages, Long::sum));
    return new CauseCounts(sum);
  }

  /** {@return for people: "fault 12, unmap 3", or "none"} */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ");
    text.setEmptyValue("none");
    byCause.forEach((cause, pages) -> text.add(cause.title() + " " + pages));
    return text.toString();
  }
}
