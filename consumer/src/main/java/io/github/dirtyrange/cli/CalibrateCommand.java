package io.github.dirtyrange.cli;

import io.github.dirtyrange.costs.CostModelFile;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.calibrate.Calibration;
import io.github.dirtyrange.lab.result.CalibrationResult;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.report.CalibrationJson;
import io.github.dirtyrange.report.CalibrationReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dirtyrange calibrate}: what each step of tracking costs on this machine. */
@Command(
    name = "calibrate",
    description =
        "Measures what each step of scanning, arming, faulting and copying costs on this kernel, on"
            + " a process of ours, and writes it into a file that simulations can go by.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the costs are measured, and written if that was asked for",
      "2:the command line makes no sense, or --out cannot be written",
      "3:the machine or its kernel lacks what was asked for",
      "4:the process to measure on ended in the middle",
      "70:a fault of this program",
      "74:the output or the file took less than was written (a full disk)",
      "130:interrupted with Ctrl-C; nothing is written",
      "143:the same after SIGTERM"
    },
    footerHeading = "%nFor example:%n",
    footer = {
      "  dirtyrange calibrate --out here.json",
      "  dirtyrange compare --kernel sim --costs here.json --mapped 1TiB"
    })
final class CalibrateCommand implements Callable<Integer> {

  private static final String OUT = "--out";
  private static final long DEFAULT_MAPPED_BYTES = 256L << 20;
  private static final long MOST_MAPPED_BYTES = 1L << 40;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--kernel",
      paramLabel = "linux|sim",
      description =
          "the running kernel, or the simulated one, which gives back what it goes by (default:"
              + " linux)")
  private KernelChoice kernel = KernelChoice.LINUX;

  @Option(
      names = "--mapped",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "memory of the process to measure on, at least 8MiB (default: 256MiB)")
  private ByteSize mapped = new ByteSize(DEFAULT_MAPPED_BYTES);

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      description =
          "how often each step is measured, at most 1000000; the median counts (default: 101)")
  private int repetitions = 101;

  @Option(
      names = OUT,
      paramLabel = "FILE",
      description = "write the costs into this file, for --costs of compare --kernel sim")
  private @Nullable Path out;

  @Option(names = "--json", description = "print one JSON object instead of a table")
  private boolean json;

  @Override
  public Integer call() {
    check();
    OutputFile.check(OUT, out);
    CalibrationResult result = measure();
    CostModel usual = CostModel.defaults();
    PrintWriter print = spec.commandLine().getOut();
    print.print(
        json ? CalibrationJson.render(result, usual) : CalibrationReport.render(result, usual));
    if (out != null) {
      CostModel model =
          result.model(usual, MachineName.ofThis(), LocalDate.now(ZoneOffset.UTC).toString());
      OutputFile.write(OUT, out, CostModelFile.render(model));
    }
    print.flush();
    return ExitStatus.FINE;
  }

  private void check() {
    long least = Pages.address(Calibration.LEAST_MAPPED_PAGES);
    if (mapped.bytes() < least || mapped.bytes() > MOST_MAPPED_BYTES) {
      throw new UsageMistake(
          "--mapped "
              + Units.bytes(mapped.bytes())
              + " is not from "
              + Units.bytes(least)
              + " to "
              + Units.bytes(MOST_MAPPED_BYTES));
    }
    if (repetitions < 1) {
      throw new UsageMistake(
          "--repetitions " + repetitions + " leaves nothing to measure; give at least 1");
    }
    WholeNumber.requireAtMost(WholeNumber.MOST_ROUNDS, "--repetitions", repetitions);
  }

  private CalibrationResult measure() {
    ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
    progress.show("populating " + Units.bytes(mapped.bytes()));
    try {
      Calibration calibration =
          new Calibration(
              kernel.open(CostModel.defaults()), Pages.count(mapped.bytes()), repetitions);
      return calibration.run(progress::show);
    } finally {
      progress.erase();
    }
  }
}
