package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.MemoryKind;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.LinuxProcess;
import io.github.dirtyrange.track.MaintainedMap;
import io.github.dirtyrange.track.RecordedSoftDirtyTracker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tracked tool's part: arming, queue and mirror of one program of the target. */
final class Tracker implements AutoCloseable {

  private static final int MOST_REMEMBERED = 12;

  /** What a sink throws that wants no more. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final SplittableRandom random;
  private final SoakOptions options;
  private final Tally tally;
  private final TrackerPlan plan;
  private final TrackedProcess process;

  /** Null where the process has registered its memory itself. */
  private final @Nullable Arming arming;

  private final ChangeQueue queue;
  private final Mirror mirror;

  /** What is present and in swap, as drains tell it; null where they do not. */
  private @Nullable MaintainedMap map;

  /** Pages that held something else than drains had told, and what. */
  private final SortedMap<Long, String> otherThanTold = new TreeMap<>();

  /** The regions that a call tells of, until they are copied. */
  private final List<long[]> told = new ArrayList<>();

  private final Deque<String> last = new ArrayDeque<>();
  private long regions;

  /** Whether a drain was begun and is not complete: the buffer was full, or the sink threw. */
  private boolean begun;

  private Tracker(
      SplittableRandom random,
      SoakOptions options,
      Tally tally,
      TrackerPlan plan,
      TrackedProcess process,
      ProcessContents contents) {
    this.random = random;
    this.options = options;
    this.tally = tally;
    this.plan = plan;
    this.process = process;
    boolean arms = plan.arms() && options.source() != SoakOptions.Source.SOFT_DIRTY;
    arming = arms ? process.arm(plan.ranges()) : null;
    queue = open(process, plan, options);
    map = options.source() == SoakOptions.Source.RECORDS ? map() : null;
    mirror = new Mirror(process, contents, plan.ranges(), plan.quiet());
  }

  private static ChangeQueue open(TrackedProcess process, TrackerPlan plan, SoakOptions options) {
    ChangeQueueOptions asked = new ChangeQueueOptions(plan.ranges(), plan.bytes());
    return switch (options.source()) {
      case SAMPLES -> process.openChangeQueue(asked);
      case RECORDS ->
          process.openRecordedQueue(asked.withChanged(Categories.WRITTEN | Presence.CATEGORIES));
      case SOFT_DIRTY ->
          new TrackerAsQueue(
              new RecordedSoftDirtyTracker(
                  LinuxKernel.open(), process, plan.ranges().toList(), plan.bytes()));
    };
  }

  private MaintainedMap map() {
    return MaintainedMap.of(process, plan.ranges(), queue);
  }

  /**
   * Adds to the tally, and to what is wrong, where there is something else than drains have told.
   * The process rests, a drain is over, and no page was read since: reading brings pages back from
   * swap.
   */
  private void compareMap() {
    if (map == null || begun) {
      return;
    }
    tally.count("map checks", 1);
    MaintainedMap now = map();
    MaintainedMap kept = map;
    List<PageRange> held = new ArrayList<>();
    now.forEach((start, end, holds) -> held.add(new PageRange(start, end)));
    kept.forEach((start, end, holds) -> held.add(new PageRange(start, end)));
    held.forEach(range -> compare(kept, now, range.startVpn(), range.endVpn()));
  }

  private void compare(MaintainedMap kept, MaintainedMap now, long start, long end) {
    for (long vpn = start; vpn < end; vpn++) {
      if (kept.get(vpn) != now.get(vpn)) {
        otherThanTold.put(
            vpn,
            "page %x was told as %s and is %s"
                .formatted(
                    vpn, Categories.toString(kept.get(vpn)), Categories.toString(now.get(vpn))));
      }
    }
  }

  /** {@return what was wrong about pages, each in a line, since this was last asked} */
  List<String> takeOtherThanTold() {
    List<String> wrong = List.copyOf(otherThanTold.values());
    otherThanTold.clear();
    return wrong;
  }

  /**
   * Opens all, and copies the memory once.
   *
   * @param arms whether the memory is armed from outside; else the process has done that
   */
  static Tracker open(
      int pid,
      ProcessContents contents,
      SplittableRandom random,
      SoakOptions options,
      Tally tally,
      boolean arms)
      throws IOException {
    TrackerPlan plan = TrackerPlan.draw(random, options, arms);
    TrackedProcess process = LinuxProcess.open(pid);
    try {
      Tracker tracker = new Tracker(random, options, tally, plan, process, contents);
      tracker.mirror.copyAll();
      tally.count("opened, " + plan.kind(), 1);
      return tracker;
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Does something that a reader does while the process runs. */
  void doSomething() throws IOException {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> drain();
      case 3 -> refresh();
      case 4 -> drainIntoOneBuffer();
      case 5 -> throwInTheMiddle();
      case 6 -> peek();
      case 7 -> queue.await(200_000);
      case 8 -> switchOffAndOn();
      default -> drainExactly();
    }
  }

  private void peek() {
    note("peek");
    queue.peek((start, end, changed, now) -> {});
  }

  /** Remembers what it did, for people. */
  private void note(String what) {
    if (last.size() == MOST_REMEMBERED) {
      last.removeFirst();
    }
    last.addLast(what);
  }

  @Override
  public String toString() {
    return "tracker: " + plan + "; did last " + last;
  }

  private void switchOffAndOn() throws IOException {
    if (!options.has(SoakOptions.OFF_AND_ON)) {
      return;
    }
    note("off and on");
    tally.count("off and on", 1);
    queue.disable();
    if (random.nextBoolean()) {
      drain();
    }
    queue.enable();
    if (map != null) {
      // What became present meanwhile nothing tells.
      drainExactly();
      map = map();
    }
  }

  /** Counts as told what went before the region at which the sink throws. */
  private void throwInTheMiddle() throws IOException {
    if (!options.has(SoakOptions.THROWING_SINKS)) {
      return;
    }
    int room = random.nextInt(4);
    ChangeSink sink =
        (start, end, changed, now) -> {
          if (told.size() >= room) {
            throw new Enough();
          }
          tell(start, end, changed, now);
        };
    try {
      noted(random.nextBoolean() ? queue.drain(sink) : queue.drainExactly(sink));
    } catch (Enough e) {
      begun = true;
      note("sink threw after " + told.size());
      tally.count("sinks that threw", 1);
    }
    copyTold();
  }

  /**
   * Drains all that is queued, into a sink or into small buffers. A drain that was begun before is
   * completed first: it does not tell what changed since.
   */
  void drain() throws IOException {
    drainAll();
    copyTold();
  }

  /** Drains so, while the process rests. */
  void drainAtRest() throws IOException {
    drainAll();
    endDrain();
    compareMap();
    copyTold();
  }

  /** Looks at everything, while the process rests. */
  void drainExactlyAtRest() throws IOException {
    noted(queue.drainExactly(this::tell));
    endDrain();
    compareMap();
    copyTold();
  }

  private void drainAll() {
    if (begun) {
      noted(queue.drain(this::tell));
    }
    if (random.nextBoolean()) {
      noted(queue.drain(this::tell));
    } else {
      PageChangeBuffer buffer = new PageChangeBuffer(1 + random.nextInt(20));
      while (!fill(buffer)) {
        // The rest is still to come.
      }
    }
  }

  private void drainIntoOneBuffer() throws IOException {
    fill(new PageChangeBuffer(1 + random.nextInt(3)));
    copyTold();
  }

  private boolean fill(PageChangeBuffer buffer) {
    DrainReport report = queue.drain(buffer);
    for (int i = 0; i < buffer.size(); i++) {
      tell(buffer.startVpn(i), buffer.endVpn(i), buffer.changed(i), buffer.now(i));
    }
    noted(report);
    return report.complete();
  }

  void drainExactly() throws IOException {
    noted(queue.drainExactly(this::tell));
    copyTold();
  }

  /** Registers what was mapped since: all of it is told. */
  void refresh() throws IOException {
    if (arming == null) {
      return;
    }
    List<PageRange> news = arming.refresh();
    note("refresh " + news.size());
    if (options.plant() != SoakOptions.Plant.NEWS) {
      news.forEach(range -> told.add(new long[] {range.startVpn(), range.endVpn()}));
    }
    copyTold();
  }

  private void tell(long startVpn, long endVpn, long changed, long now) {
    if (map != null) {
      map.accept(startVpn, endVpn, changed, now);
    }
    // Of what came from a file, or went, it is not known what the file holds.
    boolean content = (changed & Categories.CONTENT) != 0;
    boolean ofFile = (changed & Categories.FILE) != 0;
    if (content || ofFile) {
      tell(startVpn, endVpn);
    }
  }

  private void tell(long startVpn, long endVpn) {
    if (options.plant() != SoakOptions.Plant.REGIONS || ++regions % 64 != 0) {
      told.add(new long[] {startVpn, endVpn});
    }
  }

  private void noted(DrainReport report) {
    begun = !report.complete();
    note(report.method() + " " + told.size());
    tally.count("drains, " + report.method(), 1);
    if (options.plant() == SoakOptions.Plant.LOSSES
        && report.method() == DrainReport.Method.SCAN_AFTER_LOSS) {
      told.clear();
    }
  }

  private void copyTold() throws IOException {
    if (Long.getLong("soak.page", -1) >= 0) {
      System.out.println("  " + last.peekLast());
    }
    endDrain();
    tally.count("regions told", told.size());
    mirror.copy(told);
    told.clear();
  }

  private void endDrain() {
    if (map != null) {
      map.endDrain();
    }
  }

  /** Whether the process has registered its memory itself. */
  boolean tracksRegistered() {
    return !plan.arms();
  }

  /** {@return whether it is said that not every change to a page of a file is seen} */
  boolean saysFilesAreUnseen() {
    return !queue.claims().keeps(Law.COMPLETE, MemoryKind.FILE_BACKED);
  }

  /** {@return the pages of which it is said that they are not seen: pairs of bounds} */
  List<long[]> unseen() {
    List<long[]> list = new ArrayList<>();
    queue.unseen().forEach(unseen -> list.add(new long[] {unseen.startVpn(), unseen.endVpn()}));
    if (arming != null) {
      arming.refused().forEach(r -> list.add(new long[] {r.vma().startVpn(), r.vma().endVpn()}));
    }
    return list;
  }

  Mirror mirror() {
    return mirror;
  }

  @Override
  public void close() {
    queue.close();
    if (arming != null && random.nextBoolean()) {
      arming.close();
    }
    process.close();
  }
}
