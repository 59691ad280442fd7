package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.Doctor;
import io.github.dirtyrange.lab.result.DoctorResult;
import io.github.dirtyrange.report.DoctorJson;
import io.github.dirtyrange.report.DoctorText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dirtyrange doctor}: what this machine can do, and whether a process can be tracked. */
@Command(
    name = "doctor",
    description =
        "Tries on children of its own what this machine can do, and says for each thing missing"
            + " what would bring it; and whether a process can be tracked, and why not.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the findings are printed; the process can be tracked",
      "2:the command line makes no sense",
      "3:nothing can track the process, or this is no machine to try that on",
      "4:there is no such process, or it ended meanwhile",
      "70:a fault of this program",
      "74:the output cannot be written"
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--pid",
      paramLabel = "PID",
      converter = ProcessNumber.Converter.class,
      description = "a process to look at; nothing is done to it")
  private @Nullable ProcessNumber process;

  @Option(names = "--json", description = "write one JSON object instead of lines")
  private boolean json;

  @Override
  public Integer call() {
    DoctorResult result = process == null ? Doctor.ofMachine() : Doctor.of(process.pid());
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? DoctorJson.render(result) : DoctorText.render(result));
    out.flush();
    return result.isFine() ? ExitStatus.FINE : ExitStatus.MACHINE_LACKS;
  }
}
