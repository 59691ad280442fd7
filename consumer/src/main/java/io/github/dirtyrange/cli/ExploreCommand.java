package io.github.dirtyrange.cli;

import com.google.common.collect.Sets;
import io.github.dirtyrange.kernel.sim.explore.Bounds;
import io.github.dirtyrange.kernel.sim.explore.Exploration;
import io.github.dirtyrange.kernel.sim.explore.Explorer;
import io.github.dirtyrange.kernel.sim.explore.QueueHistory;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dirtyrange explore}: every interleaving of a few CPUs and the reader of a queue. */
@Command(
    name = "explore",
    description =
        "Lets a few CPUs write a few pages while a reader drains the queue and copies, in every"
            + " order of steps there is, and looks for a write that the copy lacks.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:no write is lost in any order of steps",
      "1:one is; the shortest way to it is printed",
      "2:the command line makes no sense",
      "3:there are more states than --max-states",
      "70:a fault of this program",
      "74:the output cannot be written"
    })
final class ExploreCommand implements Callable<Integer> {

  private static final Set<Quirk> NEED_MOVES =
      Sets.immutableEnumSet(Quirk.MERGE_OUT_OF_ORDER, Quirk.DRAIN_WITHOUT_MMAP_LOCK);
  private static final Set<Quirk> NEED_OPENINGS =
      Sets.immutableEnumSet(Quirk.ARM_BEFORE_LISTENING, Quirk.ARM_LOSES_HARDWARE_DIRTY);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--queue",
      paramLabel = "NAME",
      defaultValue = "percpu",
      converter = QueueName.class,
      completionCandidates = QueueDesignName.Registered.class,
      description =
          "the queue design, one of ${COMPLETION-CANDIDATES}, or a class that implements one"
              + " (default: ${DEFAULT-VALUE})")
  private QueueDesign queue = QueueDesigns.registered().get(0);

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "2",
      description = "CPUs that write (default: ${DEFAULT-VALUE})")
  private int cpus;

  @Option(
      names = "--pages",
      paramLabel = "N",
      defaultValue = "2",
      description = "pages that they write (default: ${DEFAULT-VALUE})")
  private int pages;

  @Option(
      names = "--writes",
      paramLabel = "N",
      defaultValue = "3",
      description = "writes in all, by any CPU to any page (default: ${DEFAULT-VALUE})")
  private int writes;

  @Option(
      names = "--moves",
      paramLabel = "N",
      defaultValue = "0",
      description = "pages moved by mremap in all (default: ${DEFAULT-VALUE})")
  private int moves;

  @Option(
      names = "--drains",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "drains while the CPUs write; one more follows when they rest (default:"
              + " ${DEFAULT-VALUE})")
  private int drains;

  @Option(
      names = "--openings",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "how often the reader starts the queue while the CPUs write: 1 opens it, each more turns"
              + " it off and on again; with 0 it is open from the start (default:"
              + " ${DEFAULT-VALUE})")
  private int openings;

  @Option(
      names = "--quirk",
      paramLabel = "NAME",
      split = ",",
      converter = ProtocolQuirk.class,
      description = "what the kernel gets wrong, for instance no-flush")
  private List<Quirk> quirks = List.of();

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      converter = SimulatedProfile.class,
      description = "what a release of Linux gets wrong of the explored steps")
  private @Nullable Profile profile;

  @Option(
      names = "--max-states",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "give up after so many states (default: ${DEFAULT-VALUE})")
  private int maxStates;

  @Option(names = "--json", description = "write one JSON object instead of text")
  private boolean json;

  @Override
  public Integer call() {
    if (maxStates < 1) {
      throw new UsageMistake("--max-states " + maxStates + " leaves nothing to explore");
    }
    Bounds bounds = bounds();
    Set<Quirk> wrong = EnumSet.noneOf(Quirk.class);
    wrong.addAll(quirks);
    wrong.addAll(quirksOfRelease());
    wrong.forEach(quirk -> checkShows(quirk, bounds));
    Exploration ofNew = explore(bounds, QueueHistory.NEW, wrong);
    Exploration ofUsed = isFine(ofNew) ? explore(bounds, QueueHistory.USED, wrong) : null;
    ExploreReport report = new ExploreReport(queue.name(), bounds, wrong, ofNew, ofUsed);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() : report.text());
    out.flush();
    if (report.last().violation() != null) {
      return ExitStatus.WRONG_ANSWER;
    }
    return report.last().complete() ? ExitStatus.FINE : ExitStatus.MACHINE_LACKS;
  }

  private Exploration explore(Bounds bounds, QueueHistory history, Set<Quirk> wrong) {
    Exploration found = new Explorer(bounds, queue, history, wrong, maxStates).explore();
    if (wrong.contains(Quirk.WAIT_UNDER_LOCK) && isFine(found) && !found.refused()) {
      throw new UsageMistake(
          asked(Quirk.WAIT_UNDER_LOCK)
              + " shows only where the queue refuses a record, and "
              + queue.name()
              + " refused none; try --queue ring, with more --writes");
    }
    return found;
  }

  private static boolean isFine(Exploration found) {
    return found.violation() == null && found.complete();
  }

  private Set<Quirk> quirksOfRelease() {
    if (profile == null) {
      return Set.of();
    }
    Set<Quirk> ofRelease = EnumSet.copyOf(Explorer.QUIRKS);
    ofRelease.removeIf(quirk -> !profile.has(quirk));
    if (ofRelease.isEmpty()) {
      throw new UsageMistake(
          "--profile "
              + profile.name()
              + ": no quirk of the explored steps belongs to this release of Linux; name those to"
              + " explore with --quirk");
    }
    return ofRelease;
  }

  /** A mistake that no explored step can make would seem to do no harm. */
  private void checkShows(Quirk quirk, Bounds bounds) {
    if (NEED_MOVES.contains(quirk) && bounds.moves() == 0) {
      throw new UsageMistake(asked(quirk) + " shows only with --moves 1 or more");
    }
    if (NEED_OPENINGS.contains(quirk) && bounds.openings() == 0) {
      throw new UsageMistake(asked(quirk) + " shows only with --openings 1 or more");
    }
  }

  /** A quirk that comes with a release was not named by who asked for it. */
  private String asked(Quirk quirk) {
    String name = ProtocolQuirk.name(quirk);
    return profile == null || quirks.contains(quirk)
        ? name
        : "--profile " + profile.name() + ": " + name;
  }

  private Bounds bounds() {
    try {
      return new Bounds(cpus, pages, writes, moves, drains, openings);
    } catch (IllegalArgumentException wrong) {
      throw new UsageMistake(String.valueOf(wrong.getMessage()));
    }
  }
}
