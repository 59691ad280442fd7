package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.lab.MachineLacksException;
import io.github.dirtyrange.linux.WaitingCommand;
import io.github.dirtyrange.live.CannotTrackException;
import io.github.dirtyrange.live.LiveSession;
import io.github.dirtyrange.report.live.LiveReport;
import java.io.PrintWriter;
import java.nio.file.Path;
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
      "2:the command line makes no sense",
      "125:the command could not be started or tracked, by no fault of its own",
      "126:the command cannot be executed",
      "127:there is no such command",
      "130:interrupted with Ctrl-C; totals are printed and the command is disarmed",
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
    try {
      return run(CommandFile.find(words.get(0)));
    } catch (CommandFile.Unusable e) {
      return failed(e.status(), e);
    } catch (KernelException | MachineLacksException | CannotTrackException e) {
      return failed(ExitStatus.NOT_RUN, e);
    }
  }

  private int failed(int status, RuntimeException why) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(spec.qualifiedName() + ": " + why.getMessage());
    return status;
  }

  private int run(Path file) {
    Kernel kernel = options.kernel();
    LiveOutput out = options.output(spec.commandLine().getErr(), LiveOutput.STANDARD_ERROR);
    LiveReport report = options.report(out);
    try (Ending ending = Ending.watched();
        WaitingCommand command = WaitingCommand.start(file, words)) {
      rehearse(kernel, command.pid());
      try (LiveSession session =
          LiveSession.awaiting(kernel, command.pid(), options.live(), report)) {
        command.begin();
        return watched(session, kernel, command, report, out, ending);
      } catch (WaitingCommand.NotExecutedException e) {
        throw unusable(e);
      }
    }
  }

  private int watched(
      LiveSession session,
      Kernel kernel,
      WaitingCommand command,
      LiveReport report,
      LiveOutput out,
      Ending ending) {
    long executed = kernel.nanoTime();
    try {
      session.begin();
      report.startedBefore(kernel.nanoTime() - executed);
      new LiveLoop(options, report, out, ending).run(session);
    } catch (KernelException | CannotTrackException e) {
      if (!endedBefore(e, command.process())) {
        failed(ExitStatus.NOT_RUN, e);
        waited(command.process());
        return ExitStatus.NOT_RUN;
      }
      report.notTracked(command.pid(), words.get(0), "it ended before it could be armed");
    }
    session.close();
    if (ending.isTermination()) {
      command.process().toHandle().destroy();
    }
    return ending.isWished() ? ExitStatus.FINE : waited(command.process());
  }

  private CommandFile.Unusable unusable(WaitingCommand.NotExecutedException e) {
    int status =
        e.errno() == Errno.ENOENT
            ? ExitStatus.COMMAND_NOT_FOUND
            : ExitStatus.COMMAND_NOT_EXECUTABLE;
    return new CommandFile.Unusable(status, words.get(0) + ": " + e.getMessage());
  }

  /**
   * Tracks the process that waits in the command's place, for one round. What cannot be tracked is
   * known before the command begins, and what this program does for the first time is done: then
   * the command is armed the sooner.
   */
  private void rehearse(Kernel kernel, int pid) {
    try (LiveSession session = LiveSession.awaiting(kernel, pid, options.live(), new NoReport())) {
      session.begin();
      session.round();
    }
  }

  private static boolean endedBefore(RuntimeException e, Process process) {
    return !process.isAlive()
        || e instanceof MemoryGoneException
        || (e instanceof KernelException refusal && refusal.errno() == Errno.ESRCH);
  }

  private static int waited(Process process) {
    while (true) {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        // Nothing interrupts this thread but the end of the program, which goes on by itself.
      }
    }
  }
}
