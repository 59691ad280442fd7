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
import io.github.dirtyrange.track.MaintainedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;

/**
 * Runs programs in a process that a queue by records watches, and holds each drain against what was
 * shown before and after it. One queue, opened once, watches program after program: to open it
 * takes longer than to run one.
 */
final class RecordedLaws implements AutoCloseable {

  private static final long QUEUE_BYTES = 4 << 20;

  private final RealMachine machine;
  private final Random random;
  private final List<PageRange> ranges;
  private final TrackedProcess process;
  private final Arming arming;
  private final ChangeQueue queue;
  private final MaintainedMap map;
  private final List<String> broken = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private ShownMemory last;
  private HeldBytes lastHeld;
  private long drains;
  private long toldPages;
  private long losses;

  RecordedLaws(RealMachine machine, Layout layout, Random random) {
    this.machine = machine;
    this.random = random;
    ranges = layout.compared();
    process = machine.track(0);
    TrackedRanges tracked = TrackedRanges.of(ranges);
    arming = process.arm(tracked);
    queue =
        process.openRecordedQueue(
            new ChangeQueueOptions(tracked, QUEUE_BYTES)
                .withChanged(Categories.WRITTEN | Presence.CATEGORIES));
    map = MaintainedMap.of(process, tracked, queue);
    last = new ShownMemory(process, ranges);
    lastHeld = new HeldBytes(process, last);
  }

  ChangeQueue queue() {
    return queue;
  }

  /** Runs a program, with drains in between; {@return what was broken, in words} */
  List<String> run(Program program) {
    history.clear();
    history.add("after the program before");
    machine.reset(program.layout());
    refresh();
    drain();
    for (Operation operation : program.operations()) {
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
    return List.copyOf(broken);
  }

  private void refresh() {
    arming.refresh();
    history.add("(registered)");
  }

  private void drain() {
    ShownMemory before = new ShownMemory(process, ranges);
    HeldBytes held = new HeldBytes(process, before);
    DrainOfPages told = new DrainOfPages();
    DrainReport report =
        drain(
            (start, end, changed, now) -> {
              told.accept(start, end, changed, now);
              map.accept(start, end, changed, now);
            });
    map.endDrain();
    losses += report.method() == DrainReport.Method.SCAN_AFTER_LOSS ? 1 : 0;
    ShownMemory after = new ShownMemory(process, ranges);
    history.add("(drain by " + report.method() + ")");
    check(before, told, after);
    find(
        "L1: holds something else",
        before,
        told,
        vpn -> !told.tells(vpn) && isOwn(before.page(vpn)) && held.differs(lastHeld, vpn));
    last = after;
    lastHeld = held;
    drains++;
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
    find("L1: was written", before, told, vpn -> !told.tells(vpn) && before.page(vpn).isWritten());
    find(
        "L8: became otherwise",
        before,
        told,
        vpn ->
            !told.isCoarse(vpn)
                && ((last.page(vpn).presence() ^ before.page(vpn).presence()) & ~told.changed(vpn))
                    != 0);
    find(
        "L9: is not mapped any more",
        before,
        told,
        vpn ->
            last.page(vpn).mapped()
                && !before.page(vpn).mapped()
                && (told.changed(vpn) & Categories.GONE) == 0);
    find("L2: nothing happened", before, told, vpn -> told.tells(vpn) && isIdle(before, told, vpn));
    find("L4: is not armed", before, told, vpn -> told.tells(vpn) && after.page(vpn).isWritten());
    find(
        "L7: holds something else now",
        before,
        told,
        vpn ->
            told.tells(vpn)
                && !told.isCoarse(vpn)
                && (told.now(vpn) & Presence.CATEGORIES) != before.page(vpn).presence());
    find(
        "L8: the map says otherwise",
        before,
        told,
        vpn -> map.get(vpn) != after.page(vpn).presence());
    for (long vpn : before.vpns()) {
      toldPages += told.tells(vpn) ? 1 : 0;
    }
  }

  /** Of files and shared memory others may change the bytes, and of what is not armed anybody. */
  private static boolean isOwn(ShownMemory.Page page) {
    return page.registered() && (page.presence() & Categories.FILE) == 0;
  }

  /**
   * Whether nothing is known to have happened to a page that is said to be written, or gone. That
   * it went and came again nobody can see afterwards.
   */
  private boolean isIdle(ShownMemory before, DrainOfPages told, long vpn) {
    boolean certain = (told.changed(vpn) & (Categories.COARSE | Categories.GONE)) == 0;
    boolean saysWritten = (told.changed(vpn) & Categories.WRITTEN) != 0;
    return certain && saysWritten && !before.page(vpn).isWritten();
  }

  private void find(String law, ShownMemory before, DrainOfPages told, LongPredicate wrong) {
    for (long vpn : before.vpns()) {
      if (wrong.test(vpn)) {
        broken.add(
            String.format(
                "%s: page 0x%x, was %s, is %s, told changed %s now %s, map %s; %s",
                law,
                vpn,
                last.page(vpn),
                before.page(vpn),
                Categories.toString(told.changed(vpn)),
                Categories.toString(told.now(vpn)),
                Categories.toString(map.get(vpn)),
                history));
        return;
      }
    }
  }

  /** {@return how much was done, in words} */
  String summary() {
    return drains + " drains, " + toldPages + " pages told, " + losses + " drains after a loss";
  }

  @Override
  public void close() {
    queue.close();
    arming.close();
    process.close();
  }
}
