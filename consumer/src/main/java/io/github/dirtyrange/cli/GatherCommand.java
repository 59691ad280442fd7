package io.github.dirtyrange.cli;

import io.github.dirtyrange.conform.ConformGather;
import io.github.dirtyrange.conform.ConformJson;
import io.github.dirtyrange.conform.ConformReport;
import io.github.dirtyrange.conform.ConformTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange gather}: joins what the shards of one run have found. */
@Command(
    name = "gather",
    description =
        "Joins what conform --shard K/N --json printed of all N shards into the report of the whole"
            + " run.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:in every shard the two kernels agree",
      "1:in some they differ; the first program that shows it is printed",
      "2:the command line makes no sense, or the files are not all shards of one run",
      "70:a fault of this program",
      "74:the output cannot be written"
    },
    footerHeading = "%nFor example:%n",
    footer = {
      "  dirtyrange conform --seed 7 --shard 1/2 --json > 1.json",
      "  dirtyrange conform --seed 7 --shard 2/2 --json > 2.json",
      "  dirtyrange gather 1.json 2.json"
    })
final class GatherCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "a report of each shard")
  private List<Path> files = List.of();

  @Option(names = "--json", description = "write one JSON object instead of a table")
  private boolean json;

  @Override
  public Integer call() {
    ConformReport report = join(files.stream().map(GatherCommand::read).toList());
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? ConformJson.render(report) : ConformTable.render(report));
    out.flush();
    return report.mismatches() == 0 ? ExitStatus.FINE : ExitStatus.WRONG_ANSWER;
  }

  private static ConformReport join(List<ConformReport> shards) {
    try {
      return ConformGather.join(shards);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake("these are not the shards of one run: " + e.getMessage());
    }
  }

  private static ConformReport read(Path file) {
    String text = InputFile.text(file, "cannot read " + file);
    try {
      return ConformJson.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake(file + ": " + e.getMessage());
    }
  }
}
