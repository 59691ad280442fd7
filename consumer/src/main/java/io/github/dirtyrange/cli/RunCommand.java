package io.github.dirtyrange.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange run}: starts a command and tracks it from its beginning. */
@Command(
    name = "run",
    description =
        "Runs a command and watches it as track does, from the moment at which its program was"
            + " executed. The command has standard input, output and error to itself, but for what is"
            + " written on standard error here unless --output names a file.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0..255:the command's own; 128 and its number if a signal ended it",
      "2:the command line makes no sense, or a file that it names cannot be written",
      "125:the command could not be started or tracked, by no fault of its own",
      "126:the command cannot be executed",
      "127:there is no such command",
      "129:the same as 130 after SIGHUP",
      "130:interrupted with Ctrl-C, whatever the command does; totals are printed and the command"
          + " is disarmed",
      "143:the same after SIGTERM, which is passed on to the command"
    })
final class RunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private LiveCommandOptions options = new LiveCommandOptions();

  @Parameters(
      paramLabel = "COMMAND",
      arity = "1..*",
      description = "the command and its arguments, best behind --")
  private List<String> words = new ArrayList<>();

  @Override
  public Integer call() {
    options.check();
    return new TrackedCommand(spec, options, words).run();
  }
}
