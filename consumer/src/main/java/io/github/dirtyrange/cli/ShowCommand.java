package io.github.dirtyrange.cli;

import io.github.dirtyrange.inspect.MemorySummary;
import io.github.dirtyrange.report.saved.SavedPicture;
import io.github.dirtyrange.report.saved.ShowReport;
import io.github.dirtyrange.report.saved.ShowReport.Shown;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange show}: what saved memory there is. */
@Command(
    name = "show",
    description =
        "Shows what a directory of saved memory has: a line for each generation, with its pages by"
            + " class, and what it takes on the disk. Reads no page.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all generations are shown",
      "2:the command line makes no sense, names no directory of saved memory, or a file that cannot"
          + " be written",
      "65:a generation is damaged; the others are shown",
      "70:a fault of this program",
      "74:the output or the picture cannot be written"
    })
final class ShowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DIR",
      converter = SavedName.Converter.class,
      description = "a directory of saved memory; DIR@3 is its generation 3 alone")
  private SavedName place = SavedName.parse(".");

  @Option(names = "--mappings", description = "the mappings of each generation, too")
  private boolean mappings;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "draw it, too: addresses by generations, as an SVG file")
  private @Nullable Path picture;

  @Option(names = "--json", description = "write one JSON object instead of lines")
  private boolean json;

  @Override
  public Integer call() {
    OutputFile.check("--picture", picture);
    try (SavedPlace saved = SavedPlace.open(place.path())) {
      List<Shown> shown =
          (place.generation().isEmpty()
                  ? saved.memories().stream()
                  : List.of(saved.named(place.generation())).stream())
              .map(each -> new Shown(each, MemorySummary.of(each.memory())))
              .toList();
      print(shown);
      if (picture != null) {
        OutputFile.write("--picture", picture, SavedPicture.svg(shown));
      }
      return saved.saysWhatIsLeftOut(spec) ? ExitStatus.DATA_CUT : ExitStatus.FINE;
    }
  }

  private void print(List<Shown> shown) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(mappings ? ShowReport.jsonWithMappings(shown) : ShowReport.json(shown));
    } else {
      out.print(ShowReport.text(shown));
      if (mappings) {
        shown.forEach(each -> out.print(ShowReport.mappings(each)));
      }
    }
    out.flush();
  }
}
