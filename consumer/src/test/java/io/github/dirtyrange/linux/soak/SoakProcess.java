package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.linux.mm.Smaps;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One random process from its start to its end, and all that its tracker does. */
final class SoakProcess {

  private static final int MOST_FAULTS = 5;
  private static final int MOST_SHOWN = 8;
  private static final long TRACED = Long.getLong("soak.page", -1);

  private final long seed;
  private final SplittableRandom random;
  private final SoakOptions options;
  private final Tally tally;
  private final WildTarget target;
  private final long off;

  private ProcessContents contents;
  private @Nullable Tracker tracker;
  private int round;
  private int faults;

  private final Played played = new Played();

  /** Pages that an ordinary drain has not told of, until an exact one does. */
  private final LongOpenHashSet late = new LongOpenHashSet();

  private SoakProcess(WildTarget target, long seed, SoakOptions options, Tally tally)
      throws IOException {
    this.target = target;
    this.seed = seed;
    this.options = options;
    this.tally = tally;
    random = new SplittableRandom(seed);
    off = target.bits(options.without());
    contents = ProcessContents.open(target.pid());
  }

  /** Plays one process; what was wrong is in the tally. */
  static void play(Path binary, Path folder, long seed, SoakOptions options, Tally tally)
      throws IOException, InterruptedException {
    try (WildTarget target = WildTarget.start(binary, seed, folder)) {
      SoakProcess process = new SoakProcess(target, seed, options, tally);
      try {
        process.playAll();
      } catch (IOException | RuntimeException e) {
        process.fault(Fault.BROKE, trace(e));
      } finally {
        process.contents.close();
      }
    }
    tally.count("processes", 1);
  }

  private static String trace(Exception e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (int i = 0; i < Math.min(12, e.getStackTrace().length); i++) {
      text.append("\n    at ").append(e.getStackTrace()[i]);
    }
    return text.toString();
  }

  private void playAll() throws IOException, InterruptedException {
    int most = options.plant() == SoakOptions.Plant.NOTHING ? MOST_FAULTS : 1;
    for (round = 1; round <= options.rounds() && faults < most; round++) {
      playRound();
      tally.count("rounds", 1);
    }
    if (tracker != null) {
      checkAfterExactDrain(tracker);
      closeTracker(tracker);
    }
    if (target.finish() != 0) {
      fault(Fault.LEFT_BEHIND, "the target ended with a status that is not 0");
    }
  }

  private void playRound() throws IOException {
    boolean exec = random.nextInt(40) == 0;
    if (tracker == null && random.nextInt(3) == 0) {
      tracker = openAtRest();
    }
    boolean opens = tracker == null && options.has(SoakOptions.OPENING_IN_ROUNDS) && !exec;
    target.begin(1 + random.nextInt(40), random.nextLong(1L << 60), off, exec);
    boolean gone = false;
    try {
      actMeanwhile(opens);
    } catch (MemoryGoneException e) {
      gone = exec;
      if (!exec) {
        throw e;
      }
    }
    List<Operation> now = target.end();
    tally.count("operations", now.size());
    if (TRACED >= 0) {
      System.out.printf(
          "round %d: %s%n", round, now.stream().filter(o -> o.covers(TRACED)).toList());
    }
    played.addAll(now);
    if (exec) {
      endProgram(gone);
    } else if (tracker != null) {
      check(tracker);
    }
  }

  private void actMeanwhile(boolean opens) throws IOException {
    for (int i = random.nextInt(5); i > 0; i--) {
      LockSupport.parkNanos(random.nextLong(500_000));
      if (tracker != null) {
        tracker.doSomething();
      } else if (opens && random.nextInt(4) == 0) {
        tracker = tryToOpen(true);
      }
    }
  }

  private @Nullable Tracker openAtRest() throws IOException {
    if (options.has(SoakOptions.SELF_REGISTERED) && random.nextInt(5) == 0) {
      target.registerItself();
      return tryToOpen(false);
    }
    target.offerUserfaultfd();
    return tryToOpen(true); // a list may be of files on a disk alone
  }

  /** Null where the target has just no userfaultfd, or nothing of its ranges can be registered. */
  private @Nullable Tracker tryToOpen(boolean arms) throws IOException {
    try {
      return open(arms);
    } catch (KernelException e) {
      if (e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
      tally.count("not opened, nothing to register", 1);
      return null;
    }
  }

  private Tracker open(boolean arms) throws IOException {
    played.clear();
    late.clear();
    return Tracker.open(target.pid(), contents, random.split(), options, tally, arms);
  }

  /** The memory that was tracked is no more: whoever tracked it must be told. */
  private void endProgram(boolean gone) throws IOException {
    if (tracker != null) {
      if (!gone) {
        try {
          tracker.drainExactly(); // has told nothing but what was owed, at best
          tracker.drainExactly();
          fault(Fault.SILENT_MISS, "an exact drain says nothing of an exec; " + tracker);
        } catch (MemoryGoneException e) {
          tally.count("execs noticed", 1);
        }
      }
      tracker.close();
      tracker = null;
    }
    played.clear();
    contents.close();
    contents = ProcessContents.open(target.pid());
    checkNothingIsLeft();
  }

  private void check(Tracker open) throws IOException {
    int checks = random.nextInt(4); // none: what is missed now must be told later
    if (checks >= 1) {
      checkAfterDrain(open);
    }
    if (checks >= 2) {
      checkAfterExactDrain(open);
    }
    if (random.nextInt(8) == 0) {
      checkAfterExactDrain(open);
      closeTracker(open);
    }
  }

  private LongSet differing(Tracker open, Mappings mappings) throws IOException {
    open.mirror().settle(mappings);
    LongSet differing = open.mirror().pagesThatDiffer(mappings);
    for (long[] unseen : open.unseen()) {
      if (differing.removeIf((long vpn) -> vpn >= unseen[0] && vpn < unseen[1])) {
        tally.count("changed, said to be unseen: ranges", 1);
      }
    }
    return differing;
  }

  private void checkAfterExactDrain(Tracker open) throws IOException {
    int order = random.nextInt(options.has(SoakOptions.EXACT_ALONE) ? 3 : 2);
    if (order == 0) {
      open.refresh();
    }
    open.drainExactlyAtRest();
    if (order == 1) {
      open.refresh();
    }
    tally.count("exact checks", 1);
    Mappings mappings = contents.mappings();
    LongSet differing = differing(open, mappings);
    List<Long> missed = new ArrayList<>();
    for (long vpn : new TreeSet<>(differing)) {
      String reason = whyUnseen(open, vpn, mappings);
      if (reason != null) {
        tally.count("unseen, " + reason, 1);
      } else {
        missed.add(vpn);
      }
    }
    faultOf(Fault.SILENT_MISS, missed, mappings);
    checkMap(open);
    open.mirror().copyUntold(differing);
    played.clear();
    late.clear();
  }

  /**
   * {@return why it is right that nothing tells of a page's change, null if it is not} Of a file's
   * page both must be: the queue says that it does not see files, and this was one of its changes.
   */
  private @Nullable String whyUnseen(Tracker open, long vpn, Mappings mappings) throws IOException {
    String device = played.whyPastThePageTable(vpn);
    if (device != null && DirectReads.haveWritten(contents.read(mappings, vpn))) {
      return device;
    }
    Mappings.Mapping mapping = mappings.of(vpn);
    if (mapping == null || !mapping.isOfFile()) {
      return played.whyUnseenInMemory(vpn);
    }
    return open.saysFilesAreUnseen() ? played.whyUnseenInFile(vpn) : null;
  }

  private void checkAfterDrain(Tracker open) throws IOException {
    if (open.tracksRegistered()) {
      return; // only an exact drain looks for what is not registered any more
    }
    open.refresh();
    open.drainAtRest();
    tally.count("ordinary checks", 1);
    Mappings mappings = contents.mappings();
    List<Long> without = new ArrayList<>();
    for (long vpn : new TreeSet<>(differing(open, mappings))) {
      if (late.add(vpn)) {
        String reason = whyUnseen(open, vpn, mappings);
        String excuse = reason == null ? whyLate(vpn, mappings) : "unseen, " + reason;
        if (excuse == null) {
          without.add(vpn);
        } else {
          tally.count("late, " + excuse, 1);
        }
      }
    }
    faultOf(Fault.LATE, without, mappings);
    checkMap(open);
  }

  /** At rest, what drains told is in the pages is what is there. */
  private void checkMap(Tracker open) {
    List<String> wrong = open.takeOtherThanTold();
    if (!wrong.isEmpty()) {
      List<String> first = wrong.subList(0, Math.min(MOST_SHOWN, wrong.size()));
      fault(Fault.OTHER_MAP, wrong.size() + " pages; " + first + "; " + open);
    }
  }

  /** Where all is recorded, nothing is late. */
  private @Nullable String whyLate(long vpn, Mappings mappings) throws IOException {
    return options.source() == SoakOptions.Source.SAMPLES ? whyUnsampled(vpn, mappings) : null;
  }

  private @Nullable String whyUnsampled(long vpn, Mappings mappings) throws IOException {
    return played.whyUnsampled(vpn, contents.read(mappings, vpn) == ProcessContents.ZERO);
  }

  private void faultOf(String kind, List<Long> pages, Mappings mappings) throws IOException {
    if (!pages.isEmpty()) {
      tally.count("pages, " + kind, pages.size());
      fault(kind, pages.size() + " pages, the first is " + describe(pages.get(0), mappings));
    }
  }

  private String describe(long vpn, Mappings mappings) throws IOException {
    Mappings.Mapping mapping = mappings.of(vpn);
    return "page %x, pagemap %016x, in %s; operations there: %s%n  %s"
        .formatted(
            vpn,
            contents.entry(vpn),
            mapping == null ? "nothing" : mapping.line().replaceAll(" +", " "),
            played.at(vpn),
            tracker);
  }

  private void closeTracker(Tracker open) throws IOException {
    open.close();
    if (open.tracksRegistered()) {
      target.closeUserfaultfd();
    }
    tracker = null;
    tally.count("closed", 1);
    checkNothingIsLeft();
  }

  private void checkNothingIsLeft() throws IOException {
    List<?> registered = Smaps.withFlag(target.proc("smaps"), Smaps.UFFD_WP);
    long armed = contents.armedPages(contents.mappings());
    List<Character> states = target.states().toList();
    long descriptors = target.strangeDescriptors();
    if (!registered.isEmpty() || armed != 0 || descriptors != 0 || states.contains('T')) {
      fault(
          Fault.LEFT_BEHIND,
          "registered "
              + registered
              + ", armed pages "
              + armed
              + ", threads "
              + states
              + ", strange descriptors "
              + descriptors);
    }
  }

  private void fault(String kind, String detail) {
    tally.add(new Fault(kind, seed, round, detail, played.last()));
    faults++;
  }
}
