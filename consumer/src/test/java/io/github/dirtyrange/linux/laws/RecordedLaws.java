package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.conform.Layout;
import io.github.dirtyrange.conform.Operation;
import io.github.dirtyrange.conform.Outcome;
import io.github.dirtyrange.conform.Program;
import io.github.dirtyrange.conform.RealMachine;
import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.track.MaintainedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;

/**
 * Runs programs in a process that a queue by records watches, and holds each drain against what was
 * shown before and after it. One queue, opened once, watches program after program: to open it
 * takes longer than to run one.
 */
final class RecordedLaws implements WatchedProcess {

  private static final long QUEUE_BYTES = 4 << 20;

  private final RealMachine machine;
  private final Random random;
  private final PageIndices indices;
  private final TrackedProcess process;
  private final Arming arming;
  private final ChangeQueue queue;
  private final MaintainedMap map;
  private final List<String> broken = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private ShownMemory last;
  private HeldBytes lastHeld;
  private final LookTally tally = new LookTally("drains");

  RecordedLaws(RealMachine machine, Layout layout, Random random) {
    this.machine = machine;
    this.random = random;
    List<PageRange> ranges = layout.compared();
    indices = new PageIndices(ranges);
    process = machine.track(0);
    TrackedRanges tracked = TrackedRanges.of(ranges);
    arming = process.arm(tracked);
    queue =
        process.openRecordedQueue(
            new ChangeQueueOptions(tracked, QUEUE_BYTES)
                .withChanged(Categories.WRITTEN | Presence.CATEGORIES));
    map = MaintainedMap.of(process, tracked, queue);
    last = new ShownMemory(process, indices);
    lastHeld = new HeldBytes(process, indices, page -> isOwn(last, page));
  }

  ChangeQueue queue() {
    return queue;
  }

  @Override
  public List<String> run(Program program) {
    history.clear();
    history.add("after the program before");
    refresh();
    drain();
    for (Operation operation : allThatReturn(program)) {
      Outcome outcome = machine.run(operation);
      history.add(operation + " → " + outcome.summary());
      if (random.nextInt(4) == 0) {
        refresh();
      }
      if (random.nextInt(3) != 0) {
        drain();
      }
      if (!broken.isEmpty()) {
        break;
      }
    }
    machine.reset(program.layout());
    requireAlive();
    return List.copyOf(broken);
  }

  /**
   * MADV_GUARD_INSTALL does not return where an armed page of a file is not in memory (Linux 6.15
   * and later, mm/madvise.c).
   */
  private static List<Operation> allThatReturn(Program program) {
    boolean ofFiles = program.operations().stream().anyMatch(RecordedLaws::mapsFile);
    return program.operations().stream()
        .filter(
            operation ->
                !(ofFiles
                    && operation instanceof Operation.Madvise madvise
                    && madvise.advice() == Madvise.Advice.GUARD_INSTALL.number()))
        .toList();
  }

  /** Shared memory is a file, too. */
  private static boolean mapsFile(Operation operation) {
    return operation instanceof Operation.MmapFile
        || (operation instanceof Operation.Mmap mmap && (mmap.mapFlags() & Abi.MAP_SHARED) != 0);
  }

  /** If what a program has left is the process's death, that is its own doing. */
  private void requireAlive() {
    process.maps();
  }

  private void refresh() {
    arming.refresh();
    history.add("(registered)");
  }

  private void drain() {
    ShownMemory before = new ShownMemory(process, indices);
    HeldBytes held = new HeldBytes(process, indices, page -> isOwn(before, page));
    DrainOfPages told = new DrainOfPages(indices);
    DrainReport report =
        drain(
            (start, end, changed, now) -> {
              told.accept(start, end, changed, now);
              map.accept(start, end, changed, now);
            });
    map.endDrain();
    tally.add(report.method());
    ShownMemory after = new ShownMemory(process, indices);
    history.add("(drain by " + report.method() + ")");
    check(before, told, after);
    find(
        "L1: holds something else",
        before,
        told,
        page -> !told.tells(page) && isOwn(before, page) && held.differs(lastHeld, page));
    last = after;
    lastHeld = held;
  }

  /** In one piece, in several, or exactly. */
  private DrainReport drain(ChangeSink sink) {
    return switch (random.nextInt(8)) {
      case 0 -> queue.drainExactly(sink);
      case 1 -> drainInPieces(sink);
      default -> queue.drain(sink);
    };
  }

  private DrainReport drainInPieces(ChangeSink sink) {
    PageChangeBuffer buffer = new PageChangeBuffer(1 + random.nextInt(4));
    while (true) {
      DrainReport report = queue.drain(buffer);
      for (int i = 0; i < buffer.size(); i++) {
        sink.accept(buffer.startVpn(i), buffer.endVpn(i), buffer.changed(i), buffer.now(i));
      }
      if (report.complete()) {
        return report;
      }
    }
  }

  private void check(ShownMemory before, DrainOfPages told, ShownMemory after) {
    if (!told.isCanonical()) {
      broken.add("L3: regions out of order, or two that should be one");
    }
    find("L1: was written", before, told, page -> !told.tells(page) && wasWritten(before, page));
    find("L8: became otherwise", before, told, page -> becameOtherwise(before, told, page));
    find(
        "L9: is not mapped any more",
        before,
        told,
        page ->
            last.isMapped(page)
                && !before.isMapped(page)
                && (told.changed(page) & Categories.GONE) == 0);
    find("L2: nothing happened", before, told, page -> isIdle(before, told, page));
    find("L4: is not armed", before, told, page -> isUnarmed(before, told, after, page));
    find(
        "L7: holds something else now",
        before,
        told,
        page ->
            told.tells(page)
                && !told.isCoarse(page)
                && (told.now(page) & Presence.CATEGORIES) != before.presence(page));
    long[] kept = new long[indices.count()];
    map.forEach((start, end, holds) -> indices.forEach(start, end, page -> kept[page] = holds));
    find("L8: the map says otherwise", before, told, page -> kept[page] != after.presence(page));
    for (int page = 0; page < indices.count(); page++) {
      tally.told(told.tells(page) ? 1 : 0);
    }
  }

  private boolean wasWritten(ShownMemory before, int page) {
    return before.isWritten(page) && !(last.isUnarmedHole(page) && before.isUnarmedHole(page));
  }

  /** What is reserved is told where it was mapped or unmapped, and has nothing to arm. */
  private static boolean isUnarmed(
      ShownMemory before, DrainOfPages told, ShownMemory after, int page) {
    boolean saysWritten = (told.changed(page) & Categories.WRITTEN) != 0;
    boolean empty = before.isUnarmedHole(page) && after.isUnarmedHole(page);
    return told.tells(page) && after.isWritten(page) && (saysWritten || !empty);
  }

  private boolean becameOtherwise(ShownMemory before, DrainOfPages told, int page) {
    long became = last.presence(page) ^ before.presence(page);
    return !told.isCoarse(page) && (became & ~told.changed(page)) != 0;
  }

  /** Of files and shared memory others may change the bytes, and of what is not armed anybody. */
  private static boolean isOwn(ShownMemory shown, int page) {
    return shown.isPresent(page)
        && shown.isRegistered(page)
        && (shown.presence(page) & Categories.FILE) == 0;
  }

  /**
   * Whether nothing is known to have happened to a page that is said to be written. That it went
   * and came again nobody can see afterwards.
   */
  private static boolean isIdle(ShownMemory before, DrainOfPages told, int page) {
    boolean certain = (told.changed(page) & (Categories.COARSE | Categories.GONE)) == 0;
    boolean saysWritten = (told.changed(page) & Categories.WRITTEN) != 0;
    return certain && saysWritten && !before.isWritten(page);
  }

  private void find(String law, ShownMemory before, DrainOfPages told, IntPredicate wrong) {
    for (int page = 0; page < indices.count(); page++) {
      if (wrong.test(page)) {
        broken.add(describe(law, before, told, page));
        return;
      }
    }
  }

  private String describe(String law, ShownMemory before, DrainOfPages told, int page) {
    long vpn = indices.vpn(page);
    return String.format(
        "%s: page 0x%x, was %s, is %s, told changed %s now %s, map %s; %s",
        law,
        vpn,
        last.describe(page),
        before.describe(page),
        Categories.toString(told.changed(page)),
        Categories.toString(told.now(page)),
        Categories.toString(map.get(vpn)),
        history);
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
    queue.close();
    arming.close();
    process.close();
  }
}
