package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.store.MergeResult;
import io.github.dirtyrange.store.StoreMerger;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange merge}: makes a generation whole, so that its ancestors can go. */
@Command(
    name = "merge",
    description =
        "Folds a generation and those that it builds on into one, without the process. Ancestors"
            + " that another generation builds on stay. Stopped at any time it loses nothing;"
            + " then merge again.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the generation is whole",
      "2:the command line makes no sense, DIR is no store of yours, or has no such generation",
      "65:the store is damaged, and is as it was",
      "70:a fault of this program",
      "74:the store cannot be written (a full disk, or another program writes it), or the output",
      "130:interrupted with Ctrl-C; nothing is lost"
    })
final class MergeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "a store, as snapshot writes it")
  private Path directory = Path.of("");

  @Option(
      names = "--upto",
      paramLabel = "G",
      description = "number of the generation to make whole; the newest if left out")
  private @Nullable Long upTo;

  @Override
  public Integer call() {
    if (upTo != null && upTo < 1) {
      throw new UsageMistake("--upto " + upTo + " is no generation; numbers begin with 1");
    }
    try {
      OptionalLong number = upTo == null ? OptionalLong.empty() : OptionalLong.of(upTo);
      print(StoreMerger.merge(directory, number));
      return ExitStatus.FINE;
    } catch (SavedException e) {
      String said = OneLine.of(String.valueOf(e.getMessage()));
      spec.commandLine().getErr().println(spec.qualifiedName() + ": " + said);
      return SavedStatus.of(e);
    }
  }

  private void print(MergeResult result) {
    PrintWriter out = spec.commandLine().getOut();
    String into = "generation " + result.upTo();
    if (result.removed().isEmpty()) {
      out.println(into + (result.rewritten().isEmpty() ? " was whole" : " is whole"));
    } else {
      out.println("merged into " + into + ": " + numbers(result.removed()));
    }
    if (!result.stayed().isEmpty()) {
      out.println("others build on these, which stay: " + numbers(result.stayed()));
    }
    out.println(
        "all generations took "
            + Units.bytes(result.bytesBefore())
            + ", and take "
            + Units.bytes(result.bytesAfter()));
    out.flush();
  }

  /** {@return numbers for people: "1 to 3, 5"} */
  private static String numbers(List<Long> numbers) {
    List<String> runs = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= numbers.size(); i++) {
      if (i == numbers.size() || numbers.get(i) != numbers.get(i - 1) + 1) {
        long first = numbers.get(start);
        long last = numbers.get(i - 1);
        runs.add(first == last ? Long.toString(first) : first + " to " + last);
        start = i;
      }
    }
    return String.join(", ", runs);
  }
}
