package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.machine.Release;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange quirks}: which kernels have which bug. */
@Command(
    name = "quirks",
    description =
        "Lists the known bugs of change tracking, and in what else kernels differ: what each does,"
            + " with which release and commit it came and went, and how that is known.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the table is printed",
      "2:the command line makes no sense",
      "70:a fault of this program",
      "74:the output cannot be written"
    })
final class QuirksCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "RELEASE",
      description =
          "only those of this kernel, for instance 6.8 or 6.12.107 (default: all, for each kernel"
              + " that was measured)")
  private @Nullable String release;

  @Option(names = "--json", description = "write one JSON object instead of a table")
  private boolean json;

  @Override
  public Integer call() {
    List<Release> kernels = release == null ? Release.MEASURED : List.of(simulated(release));
    List<Quirk> quirks = release == null ? sorted(quirk -> true) : sorted(of(kernels.get(0)));
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? QuirksJson.render(kernels, quirks) : QuirksTable.render(kernels, quirks));
    out.flush();
    return ExitStatus.FINE;
  }

  /** By what they do; those that lose first. */
  private static List<Quirk> sorted(Predicate<Quirk> chosen) {
    return Arrays.stream(Quirk.values())
        .filter(chosen)
        .sorted(Comparator.comparing(Quirk::effect))
        .toList();
  }

  /** Those that a kernel has, and those of which nobody knows. */
  private static Predicate<Quirk> of(Release kernel) {
    return quirk -> !QuirksTable.answer(quirk.affected(), kernel).isEmpty();
  }

  private static Release simulated(String name) {
    try {
      return Release.simulated(name);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake(String.valueOf(e.getMessage()));
    }
  }
}
