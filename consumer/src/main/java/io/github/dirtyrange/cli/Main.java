package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.lab.MachineLacksException;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.CannotTrackException;
import io.github.dirtyrange.live.NothingThereException;
import io.github.dirtyrange.workload.WorkloadEndedException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code dirtyrange}: names its commands, and turns failures into one line each. */
@Command(
    name = "dirtyrange",
    description = "Which pages of a process changed: scan every mapped page, or drain a queue.",
    subcommands = {
      CalibrateCommand.class,
      CompareCommand.class,
      ConformCommand.class,
      DiffCommand.class,
      DoctorCommand.class,
      ExploreCommand.class,
      ExtractCommand.class,
      GatherCommand.class,
      LawsCommand.class,
      QuirksCommand.class,
      RehearseCommand.class,
      RetraceCommand.class,
      RunCommand.class,
      SearchCommand.class,
      ShowCommand.class,
      SnapshotCommand.class,
      SurveyCommand.class,
      TrackCommand.class,
      VerifyCommand.class
    },
    footerHeading = "%nFor example:%n",
    footer = {
      "  dirtyrange track 1234                what a live process changes, by the second",
      "  dirtyrange compare --mapped 1GiB     scan against queue, on a process of ours",
      "  dirtyrange explore --quirk no-flush  how a write is lost, step by step"
    },
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class)
public final class Main {

  private Main() {}

  /** Runs the program and ends the virtual machine with its status. */
  public static void main(String[] arguments) {
    StandardOutput output = new StandardOutput();
    PrintWriter out = new PrintWriter(output, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = run(out, err, arguments);
    out.flush();
    System.exit(output.failure().map(why -> lost(why, err)).orElse(status));
  }

  private static int lost(String why, PrintWriter err) {
    err.println("dirtyrange: cannot write the output: " + why);
    return ExitStatus.OUTPUT_LOST;
  }

  /** {@return the exit status of a command line whose output goes where it is told} */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    try {
      return commandLine(out, err).execute(arguments);
    } catch (OutOfMemoryError e) {
      err.println(
          "dirtyrange: the Java heap of "
              + Units.bytes(Runtime.getRuntime().maxMemory())
              + " is too small for that; simulate less memory or fewer changes");
      return ExitStatus.MACHINE_LACKS;
    }
  }

  /** {@return the program's command line, which has not been told anything} */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    CommandLine main = new CommandLine(new Main());
    // What follows a command's name is the command's.
    Objects.requireNonNull(main.getSubcommands().get("run")).setStopAtPositional(true);
    WholeNumber.register(main);
    return main.setOut(out)
        .setErr(err)
        .setExpandAtFiles(false) // a command's own arguments may begin so
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::usageMistake)
        .setExecutionExceptionHandler(Main::failure);
  }

  private static int usageMistake(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + say(mistake) + " (see " + name + " --help)");
    return ExitStatus.USAGE;
  }

  /** A word that is no command stands where one is expected. */
  private static String say(ParameterException mistake) {
    Set<String> commands = shown(mistake.getCommandLine());
    if (mistake instanceof UnmatchedArgumentException unmatched && !commands.isEmpty()) {
      String word = unmatched.getUnmatched().get(0);
      if (!word.startsWith("-")) {
        return "'" + word + "' is no command; there are " + String.join(", ", commands);
      }
    }
    return String.valueOf(mistake.getMessage());
  }

  /** {@return the commands that --help lists} */
  private static Set<String> shown(CommandLine main) {
    Set<String> names = new LinkedHashSet<>(main.getSubcommands().keySet());
    names.removeIf(
        name ->
            Objects.requireNonNull(main.getSubcommands().get(name))
                .getCommandSpec()
                .usageMessage()
                .hidden());
    return names;
  }

  private static int failure(Exception failure, CommandLine command, ParseResult parsed) {
    int status = status(failure);
    if (status == ExitStatus.FAULT) {
      failure.printStackTrace(command.getErr());
    } else if (!Interruption.begun()) {
      String name = command.getCommandSpec().qualifiedName();
      String said = String.valueOf(failure.getMessage());
      // A mistake may be one of a file, whose words it then repeats.
      command
          .getErr()
          .println(name + ": " + (failure instanceof UsageMistake ? OneLine.of(said) : said));
    }
    return status;
  }

  private static int status(Exception failure) {
    if (failure instanceof UsageMistake || failure instanceof NothingThereException) {
      return ExitStatus.USAGE;
    }
    if (failure instanceof OutputLostException) {
      return ExitStatus.OUTPUT_LOST;
    }
    if (failure instanceof MachineLacksException || failure instanceof CannotTrackException) {
      return ExitStatus.MACHINE_LACKS;
    }
    if (failure instanceof KernelException refusal) {
      return refusal.errno() == Errno.ESRCH ? ExitStatus.WORKLOAD_ENDED : ExitStatus.MACHINE_LACKS;
    }
    return failure instanceof WorkloadEndedException ? ExitStatus.WORKLOAD_ENDED : ExitStatus.FAULT;
  }
}
