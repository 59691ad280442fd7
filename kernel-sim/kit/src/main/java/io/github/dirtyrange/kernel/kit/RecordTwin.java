package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a queue owes, page by page: the slow and obvious twin of a queue under test. Of pages to
 * which a move brought records outside the tracked ranges nothing is owed, and what was brought may
 * be handed out.
 */
final class RecordTwin {

  private final NavigableMap<Long, Long> owed = new TreeMap<>();
  private final NavigableMap<Long, Long> allowed = new TreeMap<>();
  private final NavigableMap<Long, Boolean> moved = new TreeMap<>();
  private final Set<Long> mayBeCoarse = new HashSet<>();

  /** A range was recorded. */
  void record(long startVpn, long endVpn, long changed) {
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      or(owed, vpn, changed);
      or(allowed, vpn, changed);
    }
  }

  /** A page was moved; {@code tracked} is whether its new place is. */
  void move(long fromVpn, long toVpn, boolean tracked) {
    long due = owed(fromVpn);
    if (due != 0 && tracked) {
      or(owed, toVpn, due);
      moved.put(toVpn, true);
    }
    allow(toVpn, allowed(fromVpn));
  }

  /** A page may be told, and need not; also as part of a coarse region that was moved. */
  void allow(long vpn, long changed) {
    mayBeCoarse.add(vpn);
    if (changed != 0) {
      or(allowed, vpn, changed);
    }
  }

  /** {@return what is owed of some pages} */
  RecordTwin copyOf(long startVpn, long endVpn) {
    RecordTwin copy = new RecordTwin();
    copy.owed.putAll(owed.subMap(startVpn, endVpn));
    return copy;
  }

  private static void or(NavigableMap<Long, Long> masks, long vpn, long changed) {
    masks.merge(vpn, changed, (was, is) -> was | is);
  }

  /** {@return what a drain has to tell of a page; 0 for nothing} */
  long owed(long vpn) {
    return owed.getOrDefault(vpn, 0L);
  }

  /** {@return what a drain may tell of a page; 0 for nothing} */
  long allowed(long vpn) {
    return allowed.getOrDefault(vpn, 0L);
  }

  /** {@return whether a page is owed because it was moved} */
  boolean isMoved(long vpn) {
    return moved.containsKey(vpn);
  }

  /** {@return the pages of which something is owed, ascending} */
  Iterable<Long> pages() {
    return owed.keySet();
  }

  /** {@return whether a coarse region may begin or end at a page, since it may have been moved} */
  boolean mayBeCoarse(long vpn) {
    return mayBeCoarse.contains(vpn);
  }

  boolean owesNothing() {
    return owed.isEmpty();
  }

  boolean allowsNothing() {
    return allowed.isEmpty();
  }

  /** A drain has told everything. */
  void clear() {
    owed.clear();
    allowed.clear();
    moved.clear();
    mayBeCoarse.clear();
  }

  /** {@return what is owed of a page and its neighbours, for people} */
  String around(long vpn) {
    StringBuilder text = new StringBuilder();
    owed.subMap(vpn - 2, true, vpn + 2, true)
        .forEach(
            (page, changed) ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(page - RecordProgram.BASE)
                    .append(' ')
                    .append(Categories.toString(changed)));
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
