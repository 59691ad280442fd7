package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.Operation;
import io.github.dirtyrange.conform.Outcome;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.RealMachine;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.RecordedSoftDirtyTracker;
import io.github.dirtyrange.track.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;

/**
 * Runs programs in a process that records and soft-dirty watch, and holds each round against
 * pagemap and the pages themselves, as they were shown before it. One tracker watches program after
 * program.
 */
final class RecordedRounds implements WatchedProcess {

  private static final long QUEUE_BYTES = 4 << 20;

  private final RealMachine machine;
  private final Random random;
  private final PageIndices indices;
  private final TrackedProcess process;
  private final ChangeTracker tracker;
  private final ChangedPages changed = new ChangedPages();
  private final List<String> broken = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private ShownEntries last;
  private HeldBytes lastHeld;
  private final LookTally tally = new LookTally("rounds");

  RecordedRounds(Kernel kernel, RealMachine machine, Layout layout, Random random) {
    this.machine = machine;
    this.random = random;
    indices = new PageIndices(layout.compared());
    process = machine.track(0);
    tracker = new RecordedSoftDirtyTracker(kernel, process, indices.ranges(), QUEUE_BYTES);
    tracker.start();
    last = new ShownEntries(process, indices);
    lastHeld = held(last);
  }

  ChangeTracker tracker() {
    return tracker;
  }

  @Override
  public List<String> run(Program program) {
    history.clear();
    history.add("after the program before");
    collect();
    for (Operation operation : program.operations()) {
      Outcome outcome = machine.run(operation);
      history.add(operation + " → " + outcome.summary());
      if (random.nextInt(3) != 0) {
        collect();
      }
      if (!broken.isEmpty()) {
        break;
      }
    }
    machine.reset(program.layout());
    // If what a program has left is the process's death, that is its own doing.
    process.maps();
    return List.copyOf(broken);
  }

  private void collect() {
    ShownEntries before = new ShownEntries(process, indices);
    HeldBytes held = held(before);
    boolean[] unseen = unseen();
    Round round =
        random.nextInt(8) == 0 ? tracker.collectExactly(changed) : tracker.collect(changed);
    tally.add(round.method());
    history.add("(round by " + round.method() + ")");
    check(before, held, unseen);
    last = before;
    lastHeld = held;
  }

  /** {@return which pages the tracker says it does not see} */
  private boolean[] unseen() {
    boolean[] unseen = new boolean[indices.count()];
    for (Unseen pages : tracker.unseen()) {
      indices.forEach(pages.startVpn(), pages.endVpn(), page -> unseen[page] = true);
    }
    return unseen;
  }

  private HeldBytes held(ShownEntries shown) {
    return new HeldBytes(process, indices, shown::isOwnAndPresent);
  }

  private void check(ShownEntries before, HeldBytes held, boolean[] unseen) {
    boolean[] told = new boolean[indices.count()];
    long lastEnd = -1;
    for (int i = 0; i < changed.ranges(); i++) {
      if (changed.startVpn(i) <= lastEnd || changed.startVpn(i) >= changed.endVpn(i)) {
        broken.add("L3: ranges out of order, or two that should be one; " + history);
      }
      lastEnd = changed.endVpn(i);
      indices.forEach(changed.startVpn(i), changed.endVpn(i), page -> told[page] = true);
    }
    tally.told(changed.pages());
    IntPredicate quiet = page -> !told[page] && !unseen[page] && before.isMapped(page);
    find("L1: reads soft-dirty", before, quiet.and(before::isSoftDirty));
    find("L1: holds something else", before, quiet.and(page -> held.differs(lastHeld, page)));
    find(
        "L1: was emptied",
        before,
        quiet.and(page -> last.isOwnAndThere(page) && !before.isThere(page)));
  }

  private void find(String law, ShownEntries before, IntPredicate wrong) {
    for (int page = 0; page < indices.count(); page++) {
      if (wrong.test(page)) {
        broken.add(
            "%s: page 0x%x, was %s, is %s; %s"
                .formatted(
                    law, indices.vpn(page), last.describe(page), before.describe(page), history));
        return;
      }
    }
  }

  @Override
  public String story() {
    return history.toString();
  }

  @Override
  public long looksByRecords() {
    return tally.byRecords();
  }

  @Override
  public String summary() {
    return tally.toString();
  }

  @Override
  public void close() {
    tracker.close();
    process.close();
  }
}
