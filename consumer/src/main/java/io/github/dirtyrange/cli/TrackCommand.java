package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.live.LiveSession;
import io.github.dirtyrange.report.live.LiveReport;
import io.github.dirtyrange.trace.TraceHeader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dirtyrange track}: says of a live process, round by round, which pages changed. */
@Command(
    name = "track",
    description =
        "Watches a live process: each round says how many pages changed, where, and by which"
            + " threads. The process goes on; nothing is left in it at the end.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the rounds are done, or nobody reads the output any more",
      "2:the command line makes no sense, names nothing to track, or a file that cannot be written",
      "3:the process cannot be tracked",
      "4:there is no such process, or it has ended",
      "70:a fault of this program",
      "74:the output or a file took less than was written (a full disk)",
      "129:the same as 130 after SIGHUP",
      "130:interrupted with Ctrl-C; totals are printed and the process is disarmed",
      "143:the same after SIGTERM"
    })
final class TrackCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "PID",
      converter = ProcessNumber.Converter.class,
      description = "the process to watch")
  private ProcessNumber target = new ProcessNumber(1);

  @Mixin private LiveCommandOptions options = new LiveCommandOptions();

  @Override
  public Integer call() {
    options.check();
    Kernel kernel = options.kernel();
    LiveOutput out = options.output(spec.commandLine().getOut(), LiveOutput.STANDARD_OUTPUT);
    int pid = target.pid();
    TraceHeader about = options.about(kernel, "track", kernel.threadName(pid, pid), pid);
    try (OpenLiveFiles files = options.files.open(spec, about)) {
      return watched(kernel, out, files);
    }
  }

  private int watched(Kernel kernel, LiveOutput out, OpenLiveFiles files) {
    LiveReport report = files.beside(options.report(out));
    try (Ending ending = Ending.watched();
        LiveSession session = LiveSession.open(kernel, target.pid(), options.live(), report)) {
      new LiveLoop(options, report, out, files, ending).run(session);
      if (out.isFileCutShort()) {
        throw options.outputCutShort();
      }
      files.requireWhole();
      return switch (session.state()) {
        case TRACKED -> ExitStatus.FINE;
        case ENDED -> ExitStatus.TARGET_ENDED;
        case NOT_TRACKABLE -> ExitStatus.MACHINE_LACKS;
      };
    }
  }
}
