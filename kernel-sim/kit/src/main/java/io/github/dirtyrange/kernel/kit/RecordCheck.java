package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.kit.HandedOut.Region;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.EnumMap;
import java.util.Map;

/**
 * Runs one program of calls on a queue of the design under test, by itself, without a kernel around
 * it, and says which laws were broken and how. What a kernel hides is seen here: it clips records
 * to the tracked ranges, and reads the pages that it is told of anew.
 */
public final class RecordCheck {

  private static final long ENTRIES_FOR_NOTHING = 64;
  private static final long ENTRIES_A_CHANGE = 4;

  private final QueueSpec spec;
  private final RecordQueue queue;
  private final RecordTwin twin = new RecordTwin();
  private final TablesTouched tables = new TablesTouched();
  private final Map<Law, String> broken = new EnumMap<>(Law.class);
  private long additions;

  private RecordCheck(QueueDesign design, QueueSpec spec) {
    this.spec = spec;
    queue = design.open(spec);
  }

  /**
   * Runs a program, and two drains after it.
   *
   * @return the laws that were broken, whether claimed or not, each with the first page or number
   *     that shows it; pages are counted from a fixed one
   */
  public static Map<Law, String> run(QueueDesign design, RecordProgram program) {
    RecordCheck check = new RecordCheck(design, program.spec());
    program.steps().forEach(check::run);
    check.drain();
    check.drain();
    return check.broken;
  }

  private void run(RecordStep step) {
    int cpu = step.cpu() % spec.cpus();
    int range = rangeOf(step.page());
    TrackedRanges ranges = spec.ranges();
    long start = ranges.startVpn(range) + step.page() % pages(range);
    long end = Math.min(start + step.pages(), ranges.endVpn(range));
    switch (step.kind()) {
      case RECORD -> record(cpu, start, end, step.changed());
      case SCATTER -> {
        for (long vpn = start; vpn < end; vpn += 2) {
          record(cpu, vpn, vpn + 1, step.changed());
        }
      }
      case MOVE -> move(cpu, start, end, end);
      case MOVE_BACK -> move(cpu, start, end, start - (end - start));
      case PEEK -> peek();
      case DRAIN -> drain();
    }
    checkBounds();
  }

  private int rangeOf(int page) {
    return page % spec.ranges().count();
  }

  private long pages(int range) {
    return spec.ranges().endVpn(range) - spec.ranges().startVpn(range);
  }

  private void record(int cpu, long startVpn, long endVpn, long changed) {
    if (!queue.record(cpu, startVpn, endVpn, changed)) {
      refused();
      if (!queue.record(cpu, startVpn, endVpn, changed)) {
        broken.putIfAbsent(Law.COMPLETE, "a record is refused, right after a drain");
        return;
      }
    }
    twin.record(startVpn, endVpn, changed);
    tables.add(startVpn, endVpn);
    additions++;
  }

  /** A kernel records anew what it drained of the old place, where the queue refuses a move. */
  private void move(int cpu, long fromVpn, long endVpn, long toVpn) {
    RecordTwin before = twin.copyOf(fromVpn, endVpn);
    boolean taken = queue.move(cpu, fromVpn, toVpn, endVpn - fromVpn);
    for (long vpn = fromVpn; vpn < endVpn; vpn++) {
      long to = vpn - fromVpn + toVpn;
      if (taken) {
        twin.move(vpn, to, spec.ranges().contains(to));
      } else {
        twin.allow(to, twin.allowed(vpn));
      }
    }
    tables.add(toVpn, toVpn + endVpn - fromVpn);
    additions += endVpn - fromVpn;
    if (!taken) {
      refused();
      for (long vpn = fromVpn; vpn < endVpn; vpn++) {
        long to = vpn - fromVpn + toVpn;
        if (before.owed(vpn) != 0 && spec.ranges().contains(to)) {
          record(cpu, to, to + 1, before.owed(vpn));
        }
      }
    }
  }

  private void refused() {
    broken.putIfAbsent(Law.BOUNDED, "a CPU has to wait for the reader");
    drain();
  }

  private void peek() {
    HandedOut shown = new HandedOut();
    queue.peek(shown);
    check(shown, "peek");
  }

  private void drain() {
    if (queue.isEmpty() && !twin.owesNothing()) {
      broken.putIfAbsent(Law.COMPLETE, "something is queued, and isEmpty says no");
    }
    if (!queue.isEmpty() && twin.allowsNothing()) {
      broken.putIfAbsent(Law.EXACT, "nothing is queued, and isEmpty says that something is");
    }
    HandedOut drained = new HandedOut();
    long entries = queue.drain(drained);
    check(drained, "drain");
    long told = drained.regions().stream().mapToLong(each -> each.endVpn() - each.startVpn()).sum();
    if (entries > ENTRIES_FOR_NOTHING + ENTRIES_A_CHANGE * (additions + told)) {
      broken.putIfAbsent(
          Law.PAYS_FOR_CHANGES,
          entries + " entries gone through for " + additions + " records and " + told + " pages");
    }
    twin.clear();
    additions = 0;
  }

  private void check(HandedOut told, String call) {
    for (long vpn : twin.pages()) {
      long changed = told.changed(vpn);
      if (changed == 0) {
        Law law = twin.isMoved(vpn) ? Law.FOLLOWS_PAGES : Law.COMPLETE;
        note(law, vpn, "is missing", told, call);
      } else if ((twin.owed(vpn) & ~changed) != 0) {
        note(Law.CARRIES_DELTAS, vpn, "lacks transitions", told, call);
        if ((twin.owed(vpn) & ~changed & Categories.GONE) != 0) {
          note(Law.FOLLOWS_PAGES, vpn, "went, which is not told", told, call);
        }
      }
    }
    told.regions().forEach(region -> check(region, told, call));
    if (!told.isCanonical()) {
      broken.putIfAbsent(
          Law.CANONICAL,
          call + ": regions out of order, or two that should be one: " + told.around(0));
    }
  }

  private void check(Region region, HandedOut told, String call) {
    if (region.isCoarse()) {
      checkEnd(region.startVpn(), region.startVpn() - 1, told, call);
      checkEnd(region.endVpn() - 1, region.endVpn(), told, call);
      return;
    }
    for (long vpn = region.startVpn(); vpn < region.endVpn(); vpn++) {
      if (twin.allowed(vpn) == 0) {
        note(Law.EXACT, vpn, "was not recorded", told, call);
      } else if ((region.changed() & ~twin.allowed(vpn)) != 0) {
        note(Law.CARRIES_DELTAS, vpn, "has transitions too many", told, call);
      }
    }
  }

  /**
   * Coarse regions may go over what is not tracked, but not begin or end there; one that goes on in
   * another, since a page behind it has more transitions, does not end.
   */
  private void checkEnd(long vpn, long beyond, HandedOut told, String call) {
    boolean goesOn = (told.changed(beyond) & Categories.COARSE) != 0;
    if (!goesOn && !spec.ranges().contains(vpn) && !twin.mayBeCoarse(vpn)) {
      note(Law.EXACT, vpn, "is in no tracked range, and a region ends there", told, call);
    }
  }

  private void note(Law law, long vpn, String what, HandedOut told, String call) {
    if (!broken.containsKey(law)) {
      broken.put(
          law,
          String.format(
              "%s: page %d %s; recorded: %s; handed out: %s",
              call, vpn - RecordProgram.BASE, what, twin.around(vpn), told.around(vpn)));
    }
  }

  private void checkBounds() {
    long bytes = queue.memoryBytes() - queue.tableBytes();
    if (bytes > spec.maxBytes()) {
      broken.putIfAbsent(Law.BOUNDED, bytes + " bytes, and the budget is " + spec.maxBytes());
    }
    String tooLarge = tables.tooLarge(queue);
    if (tooLarge != null) {
      broken.putIfAbsent(Law.BOUNDED, tooLarge);
    }
  }
}
