package io.github.dirtyrange.cli;

import io.github.dirtyrange.inspect.VerifyResult;
import io.github.dirtyrange.report.saved.VerifyReport;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange verify}: whether saved memory is what was written. */
@Command(
    name = "verify",
    description =
        "Looks at all that is in a directory of saved memory, every byte of it, and names what is"
            + " wrong: generation, mapping and page. Changes nothing.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:nothing is wrong",
      "1:something is, or it cannot be verified; a line for each",
      "2:the command line makes no sense, or names no directory of saved memory",
      "70:a fault of this program",
      "74:the output cannot be written"
    })
final class VerifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DIR",
      converter = SavedName.Converter.class,
      description = "a directory of saved memory")
  private SavedName place = SavedName.parse(".");

  @Option(names = "--json", description = "write one JSON object instead of lines")
  private boolean json;

  @Override
  public Integer call() {
    place.requireWhole();
    VerifyResult result = SavedPlace.verify(place.path());
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? VerifyReport.json(result) : VerifyReport.text(result));
    out.flush();
    return result.isWhole() ? ExitStatus.FINE : ExitStatus.DIFFERENT;
  }
}
