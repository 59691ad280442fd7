package io.github.dirtyrange.cli;

import io.github.dirtyrange.inspect.ByteRun;
import io.github.dirtyrange.inspect.DiffResult;
import io.github.dirtyrange.inspect.MemoryDiff;
import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.report.saved.DiffReport;
import io.github.dirtyrange.saved.SavedException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange diff}: how two generations differ. */
@Command(
    name = "diff",
    description =
        "Compares two generations, of one directory of saved memory or of two: how many pages of"
            + " each mapping changed, were added, are gone, and of how many one side has no bytes.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every page is the same",
      "1:pages differ, or may: of some, one side has no bytes",
      "2:the command line makes no sense, or something cannot be read",
      "70:a fault of this program",
      "74:the output cannot be written"
    })
final class DiffCommand implements Callable<Integer> {

  private static final int MOST_RUNS = 1_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "A",
      converter = SavedName.Converter.class,
      description = "a directory of saved memory, for its newest generation; DIR@3 for another one")
  private SavedName nameOfA = SavedName.parse(".");

  @Parameters(
      index = "1",
      paramLabel = "B",
      converter = SavedName.Converter.class,
      description = "the same; what is in it alone is added")
  private SavedName nameOfB = SavedName.parse(".");

  @Option(names = "--bytes", description = "the bytes that differ, too: each run of them")
  private boolean bytes;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "so many runs at most; others are counted (default: 1000)")
  private int most = MOST_RUNS;

  @Option(names = "--json", description = "write one JSON object instead of lines")
  private boolean json;

  private final List<ByteRun> runs = new ArrayList<>();
  private long moreRuns;

  @Override
  public Integer call() {
    if (most < 1) {
      throw new UsageMistake("--most " + most + " leaves nothing to show");
    }
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--most", most);
    try (SavedPlace placeOfA = SavedPlace.open(nameOfA.path())) {
      MemoryFacts a = placeOfA.named(nameOfA.generation());
      if (SavedPlace.areOne(nameOfA.path(), nameOfB.path())) {
        return inOneDirectory(a, placeOfA.named(nameOfB.generation()));
      }
      try (SavedPlace placeOfB = SavedPlace.open(nameOfB.path())) {
        return acrossDirectories(a, placeOfB.named(nameOfB.generation()));
      }
    } catch (SavedException e) {
      SavedPlace.say(spec, e);
      return ExitStatus.USAGE;
    }
  }

  private int inOneDirectory(MemoryFacts a, MemoryFacts b) throws SavedException {
    begin(a, b);
    return end(MemoryDiff.inOneDirectory(a.memory(), b.memory(), this::differ), b);
  }

  private int acrossDirectories(MemoryFacts a, MemoryFacts b) throws SavedException {
    int pageOfA = a.memory().pageSize();
    int pageOfB = b.memory().pageSize();
    if (pageOfA != pageOfB) {
      throw new UsageMistake(
          "pages of " + pageOfA + " bytes and of " + pageOfB + " bytes cannot be compared");
    }
    begin(a, b);
    return end(MemoryDiff.acrossDirectories(a.memory(), b.memory(), this::differ), b);
  }

  private void begin(MemoryFacts a, MemoryFacts b) {
    if (!json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("A: generation " + a.number() + " of " + nameOfA.path());
      out.println("B: generation " + b.number() + " of " + nameOfB.path());
    }
  }

  private void differ(ByteRun run) {
    if (!bytes) {
      return;
    }
    if (runs.size() == most) {
      moreRuns++;
      return;
    }
    runs.add(run);
    if (!json) {
      spec.commandLine().getOut().print(DiffReport.line(run));
    }
  }

  private int end(DiffResult result, MemoryFacts b) {
    PrintWriter out = spec.commandLine().getOut();
    int pageSize = b.memory().pageSize();
    if (json) {
      out.print(DiffReport.json(result, pageSize, bytes ? runs : null, moreRuns));
    } else {
      if (moreRuns != 0) {
        out.println(Units.count(moreRuns, "more run") + " of bytes, beyond --most " + most);
      }
      out.println();
      out.print(DiffReport.text(result, pageSize));
    }
    out.flush();
    return result.counts().isSame() ? ExitStatus.FINE : ExitStatus.DIFFERENT;
  }
}
