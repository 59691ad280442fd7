package io.github.dirtyrange.linux.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came of a soak. */
final class Tally {

  private static final int MOST_SHOWN = 20;

  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Long> counts = new TreeMap<>();

  void add(Fault fault) {
    faults.add(fault);
  }

  void count(String what, long number) {
    counts.merge(what, number, Long::sum);
  }

  List<Fault> faults() {
    return faults;
  }

  long count(String what) {
    return counts.getOrDefault(what, 0L);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((what, number) -> text.append(what).append(": ").append(number).append('\n'));
    text.append("faults: ").append(faults.size()).append('\n');
    faults.stream().limit(MOST_SHOWN).forEach(fault -> text.append(fault).append('\n'));
    return text.toString();
  }
}
