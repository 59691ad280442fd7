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
import io.github.dirtyrange.trace.TraceHeader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A command that is started, armed as soon as its program has begun, and tracked to its end. A
 * class of its own, since showing help must load nothing of Linux.
 */
final class TrackedCommand {

  /** How soon the end of a command is noticed. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final CommandSpec spec;
  private final LiveCommandOptions options;
  private final List<String> words;

  TrackedCommand(CommandSpec spec, LiveCommandOptions options, List<String> words) {
    this.spec = spec;
    this.options = options;
    this.words = List.copyOf(words);
  }

  /** {@return the status to end with: the command's own, unless something failed} */
  int run() {
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
    TraceHeader about = options.about(kernel, "run", String.join(" ", words), 0);
    try (OpenLiveFiles files = options.files.open(spec, about);
        Ending ending = Ending.watched();
        WaitingCommand command = WaitingCommand.start(file, words)) {
      LiveReport report = files.beside(options.report(out));
      rehearse(kernel, command.pid());
      try (LiveSession session =
          LiveSession.awaiting(kernel, command.pid(), options.live(), report)) {
        command.begin();
        return watched(session, kernel, command, report, out, files, ending);
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
      OpenLiveFiles files,
      Ending ending) {
    long executed = kernel.nanoTime();
    try {
      session.begin();
      report.startedBefore(kernel.nanoTime() - executed);
    } catch (KernelException | CannotTrackException e) {
      if (!endedBefore(e, command.process())) {
        return givenUp(session, e, command.process(), ending);
      }
      report.notTracked(command.pid(), words.get(0), "it ended before it could be armed");
      report.finished();
    }
    try {
      if (!session.isOver()) {
        new LiveLoop(options, report, out, files, ending).run(session);
      }
    } catch (KernelException | CannotTrackException e) {
      if (!endedBefore(e, command.process())) {
        return givenUp(session, e, command.process(), ending);
      }
    }
    session.close();
    if (out.isFileCutShort()) {
      failed(ExitStatus.NOT_RUN, options.outputCutShort());
    }
    sayWhatIsLost(files);
    return waited(command.process(), ending);
  }

  /** What can be tracked no more goes on, and not with its memory armed. */
  private int givenUp(LiveSession session, RuntimeException why, Process process, Ending ending) {
    session.close();
    failed(ExitStatus.NOT_RUN, why);
    waited(process, ending);
    return ExitStatus.NOT_RUN;
  }

  /** The status stays the command's: it did its work. */
  private void sayWhatIsLost(OpenLiveFiles files) {
    try {
      files.requireWhole();
    } catch (OutputLostException e) {
      failed(ExitStatus.NOT_RUN, e);
    }
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

  /** {@return the command's status} Once the end is wished for, only SIGTERM is passed on. */
  private static int waited(Process process, Ending ending) {
    while (!ending.await(LOOK_NANOS)) {
      if (!process.isAlive()) {
        return process.exitValue();
      }
    }
    if (ending.isTermination()) {
      process.toHandle().destroy();
    }
    return ExitStatus.FINE;
  }
}
