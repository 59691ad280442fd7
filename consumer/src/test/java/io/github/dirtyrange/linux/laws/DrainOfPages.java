package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;
import java.util.HashMap;
import java.util.Map;

/** What one drain said, page by page, and whether its regions were as they should be (law L3). */
final class DrainOfPages implements ChangeSink {

  private static final Told NOTHING = new Told(0, 0);

  private final Map<Long, Told> told = new HashMap<>();
  private long lastEnd;
  private long lastChanged;
  private long lastNow;
  private boolean canonical = true;

  private record Told(long changed, long now) {}

  @Override
  public void accept(long startVpn, long endVpn, long changed, long now) {
    boolean joins = startVpn == lastEnd && changed == lastChanged && now == lastNow;
    canonical &= startVpn < endVpn && startVpn >= lastEnd && !joins;
    lastEnd = endVpn;
    lastChanged = changed;
    lastNow = now;
    for (long vpn = startVpn; vpn < endVpn; vpn++) {
      told.put(vpn, new Told(changed, now));
    }
  }

  boolean isCanonical() {
    return canonical;
  }

  boolean tells(long vpn) {
    return told.containsKey(vpn);
  }

  long changed(long vpn) {
    return told.getOrDefault(vpn, NOTHING).changed();
  }

  long now(long vpn) {
    return told.getOrDefault(vpn, NOTHING).now();
  }

  boolean isCoarse(long vpn) {
    return (changed(vpn) & Categories.COARSE) != 0;
  }
}
