package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.lab.LinuxTestbed;
import io.github.dirtyrange.linux.ArmingOptions;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.report.snapshot.SnapshotJson;
import io.github.dirtyrange.report.snapshot.SnapshotLines;
import io.github.dirtyrange.report.snapshot.SnapshotReport;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.snapshot.Snapshotter;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.SnapshotStore;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange snapshot}: saves the memory of a live process, generation by generation. */
@Command(
    name = "snapshot",
    description =
        "Saves the memory of a live process into a directory: at first all of it, then what"
            + " changed, and last once more while the process stands still. It does not restore"
            + " processes.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all generations are in the directory",
      "2:the command line makes no sense, or the directory is no place for a snapshot",
      "3:the process cannot be tracked or stopped",
      "4:there is no such process, or it has ended; whole generations stay",
      "70:a fault of this program",
      "74:the directory or the output took less than was written (a full disk)",
      "129:the same as 130 after SIGHUP",
      "130:interrupted with Ctrl-C; whole generations stay, and the process is disarmed",
      "143:the same after SIGTERM"
    })
final class SnapshotCommand implements Callable<Integer> {

  private static final long SECOND = 1_000_000_000L;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "PID",
      converter = ProcessNumber.Converter.class,
      description = "the process to save")
  private ProcessNumber target = new ProcessNumber(1);

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description = "where to: a new directory, or one that has snapshots")
  private Path directory = Path.of("");

  @Option(
      names = "--generations",
      paramLabel = "N",
      description =
          "how many; all but the last while the process runs, and the last, with all threads"
              + " stopped, right behind the one before. 0 goes on until it is interrupted, and"
              + " stops nothing (default: 2)")
  private long generations = 2;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = TimeLength.Converter.class,
      description = "between generations while the process runs, as in 200ms, 1s, 2m (default: 1s)")
  private TimeLength interval = new TimeLength(SECOND);

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      converter = StrategyOrAuto.Converter.class,
      description = "how changes are found, as of track (default: auto)")
  private StrategyOrAuto strategy = StrategyOrAuto.AUTO;

  @Option(
      names = "--exact",
      description = "look at everything for each generation, not only for the last")
  private boolean exact;

  @Option(
      names = "--split-huge",
      description = "track although more than 64 MiB of huge pages will be split for good")
  private boolean splitHuge;

  @Option(
      names = "--no-frame",
      description =
          "write nothing to the stack of the thread that is stopped; if this program is killed in"
              + " that very moment, the thread is lost (docs/guarantees.md)")
  private boolean noFrame;

  @Option(names = "--json", description = "an object a line, one a generation")
  private boolean json;

  @Override
  public Integer call() {
    if (generations < 0) {
      throw new UsageMistake("--generations " + generations + " is no number of generations");
    }
    requirePlace();
    Kernel kernel = LinuxTestbed.open(new ArmingOptions(!noFrame)).kernel();
    kernel.open(target.pid()).close(); // of a mistaken number no directory is made
    try (Ending ending = Ending.watched();
        SnapshotStore store = SnapshotStore.create(directory)) {
      return saved(kernel, store, ending);
    } catch (SavedException e) {
      throw explained(e);
    }
  }

  private void requirePlace() {
    Path above = directory.toAbsolutePath().getParent();
    if (directory.toString().isEmpty() || above == null) {
      throw new UsageMistake("DIR '" + directory + "' names no directory to save into");
    }
    if (!Files.isDirectory(above)) {
      throw new UsageMistake(directory + ": there is no directory " + above + "; make it first");
    }
  }

  /** What is wrong with the directory is the caller's mistake; what is wrong with the disk not. */
  private RuntimeException explained(SavedException e) {
    String said = String.valueOf(e.getMessage());
    return e.kind() == SavedFault.Kind.DISK
        ? new OutputLostException(said + "; see that its disk has room")
        : new UsageMistake(said);
  }

  private int saved(Kernel kernel, SnapshotStore store, Ending ending) throws SavedException {
    SnapshotReport report = report();
    try (Snapshotter snapshotter =
        Snapshotter.open(kernel, target.pid(), store, options(), ending::isWished)) {
      report.begun(snapshotter.target(), store.generations().size());
      return generations(snapshotter, report, ending);
    }
  }

  private LiveOptions options() {
    LiveOptions usual = LiveOptions.defaults();
    return new LiveOptions(
        strategy.strategy(), usual.only(), false, false, splitHuge, usual.queueBytes());
  }

  private SnapshotReport report() {
    PrintWriter out = spec.commandLine().getOut();
    return json ? new SnapshotJson(out) : new SnapshotLines(out);
  }

  private int generations(Snapshotter snapshotter, SnapshotReport report, Ending ending)
      throws SavedException {
    try {
      return make(snapshotter, report, ending);
    } catch (MemoryGoneException e) {
      report.ended(e.getMessage() + "; what is in " + directory + " stays");
      return ExitStatus.TARGET_ENDED;
    }
  }

  private int make(Snapshotter snapshotter, SnapshotReport report, Ending ending)
      throws SavedException {
    for (long made = 0; ; made++) {
      boolean isLast = made + 1 == generations;
      if (made > 0 && !isLast && !awaited(snapshotter, ending)) {
        break;
      }
      Optional<GenerationResult> result = isLast ? snapshotter.copyStopped() : copy(snapshotter);
      if (result.isEmpty()) {
        break;
      }
      report.generation(result.get());
      if (isLast) {
        return ExitStatus.FINE;
      }
    }
    report.ended("interrupted; whole generations stay");
    return ExitStatus.FINE;
  }

  private Optional<GenerationResult> copy(Snapshotter snapshotter) throws SavedException {
    return exact ? snapshotter.copyRunningExactly() : snapshotter.copyRunning();
  }

  /** {@return whether the time of the next generation has come, rather than the end} */
  private boolean awaited(Snapshotter snapshotter, Ending ending) {
    long until = System.nanoTime() + interval.nanos();
    for (long rest = interval.nanos(); rest > 0; rest = until - System.nanoTime()) {
      if (ending.await(Math.min(rest, LOOK_NANOS))) {
        return false;
      }
      snapshotter.requireAlive();
    }
    return !ending.isWished();
  }
}
