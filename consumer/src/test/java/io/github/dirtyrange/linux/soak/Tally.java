package io.github.dirtyrange.linux.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came of a soak. */
final class Tally {

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

  /** {@return the most important in one line} */
  String line() {
    return count("processes")
        + " processes, "
        + count("rounds")
        + " rounds, "
        + count("operations")
        + " operations, "
        + count("exact checks")
        + " exact checks, "
        + count("ordinary checks")
        + " ordinary checks, "
        + faults.size()
        + " faults";
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("\n");
    counts.forEach((what, number) -> text.append(what).append(": ").append(number).append('\n'));
    text.append("faults: ").append(faults.size()).append('\n');
    return text.toString();
  }
}
