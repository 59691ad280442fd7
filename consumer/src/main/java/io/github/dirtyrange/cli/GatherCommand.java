package io.github.dirtyrange.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange gather}: joins what the shards of one run have found. */
@Command(
    name = "gather",
    description =
        "Joins what conform, laws or survey --shard K/N --json printed of all N shards, or files of"
            + " survey --resume, into the report of the whole run.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:in every shard the two kernels agree, every design kept its laws, or every strategy found"
          + " every page",
      "1:in some they differ, or a law was broken, and the first program that shows it is printed;"
          + " or pages were missed",
      "2:the command line makes no sense, the files are not all shards of one run, or a file"
          + " cannot be written",
      "70:a fault of this program",
      "74:the output or the file took less than was written (a full disk)"
    },
    footerHeading = "%nFor example:%n",
    footer = {
      "  dirtyrange conform --seed 7 --shard 1/2 --json > 1.json",
      "  dirtyrange conform --seed 7 --shard 2/2 --json > 2.json",
      "  dirtyrange gather 1.json 2.json",
      "  dirtyrange gather --csv points.csv --report survey.html 1.survey 2.survey"
    })
final class GatherCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "a report of each shard")
  private List<Path> files = List.of();

  @Option(names = "--json", description = "write one JSON object instead of a table")
  private boolean json;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "of surveys: write all points into this file, as comma-separated values")
  private @Nullable Path csv;

  @Mixin private PageFile pageFile = new PageFile();

  @Override
  public Integer call() {
    NamedFiles named = new NamedFiles();
    files.forEach(file -> named.addArgument("a shard", file));
    named.add("--csv", csv).add("--report", pageFile.path);
    OutputFile.check("--csv", csv);
    Map<Path, String> texts = new LinkedHashMap<>();
    for (Path file : files) {
      if (texts.put(file, InputFile.longText(file, "cannot read " + file)) != null) {
        throw new UsageMistake(file + " is named twice");
      }
    }
    Gathered gathered = Gathered.of(texts);
    OpenPage page = pageFile.open(spec);
    String values = csv == null ? "" : gathered.csv();
    PrintWriter out = spec.commandLine().getOut();
    out.print(gathered.beside(page, json ? gathered.json() : gathered.table()));
    out.flush();
    if (csv != null) {
      OutputFile.write("--csv", csv, values);
    }
    page.requireWhole();
    return gathered.isRight() ? ExitStatus.FINE : ExitStatus.WRONG_ANSWER;
  }
}
