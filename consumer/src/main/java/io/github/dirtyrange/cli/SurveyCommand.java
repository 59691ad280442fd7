package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.Survey;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.report.SurveyCsv;
import io.github.dirtyrange.report.SurveyJson;
import io.github.dirtyrange.report.SurveyTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dirtyrange survey}: compares strategies over a grid, and finds where they cross. */
@Command(
    name = "survey",
    description =
        "Compares the strategies over a grid of mapped sizes, changed pages and patterns, and says"
            + " from where on a scan is cheaper than a queue.",
    mixinStandardHelpOptions = true,
    versionProvider = ManifestVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every strategy found every page at every point",
      "1:a strategy missed pages, or a copied page was wrong",
      "2:the command line makes no sense, a file cannot be written, or --resume is of another"
          + " survey",
      "3:the machine or its kernel lacks what was asked for",
      "4:a workload ended in the middle",
      "70:a fault of this program",
      "74:the output or a file took less than was written (a full disk)",
      "130:interrupted with Ctrl-C; the points done so far are printed, and kept by --resume",
      "143:the same after SIGTERM"
    },
    footerHeading = "%nFor example:%n",
    footer = {
      "  dirtyrange survey --resume here.survey",
      "  dirtyrange survey --kernel sim --csv points.csv",
      "  dirtyrange survey --kernel sim --shard 1/2 --json > 1.json   (docs/survey.md)"
    })
final class SurveyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private SurveyOptions options = new SurveyOptions();

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "keep each point in this file as it is measured, and go on with what it has already")
  private @Nullable Path resume;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "write all points into this file, as comma-separated values")
  private @Nullable Path csv;

  @Mixin private PageFile pageFile = new PageFile();

  @Option(names = "--json", description = "print one JSON object instead of tables")
  private boolean json;

  @Override
  public Integer call() {
    options.check();
    SurveyPlans planned = SurveyPlans.of(options);
    new NamedFiles()
        .add("--costs", options.costs)
        .add("--resume", resume)
        .add("--csv", csv)
        .add("--report", pageFile.path);
    OutputFile.check("--csv", csv);
    SurveyLog.check(resume);
    return survey(planned, pageFile.open(spec));
  }

  private int survey(SurveyPlans planned, OpenPage page) {
    SurveyResult result = run(planned, page);
    report(result, page);
    page.requireWhole();
    return result.isRight() ? ExitStatus.FINE : ExitStatus.WRONG_ANSWER;
  }

  private SurveyResult run(SurveyPlans planned, OpenPage page) {
    PrintWriter err = spec.commandLine().getErr();
    ProgressLine progress = ProgressLine.on(err);
    try (SurveyRun run = SurveyRun.of(planned.plan(), resume, progress)) {
      planned.leftOut().ifPresent(what -> err.println("dirtyrange: " + what));
      err.println(run.announcement());
      Interruption interruption = Interruption.reporting(() -> reportPart(run, page));
      try {
        new Survey(planned.plan(), planned.testbeds()).run(run.measured(), run);
      } finally {
        interruption.cancel();
      }
      return run.result();
    } finally {
      progress.erase();
    }
  }

  private void reportPart(SurveyRun run, OpenPage page) {
    SurveyResult part = run.result();
    spec.commandLine()
        .getErr()
        .println(
            "interrupted after "
                + part.points().size()
                + " of "
                + Units.count(part.plan().points().size(), "point"));
    if (!part.points().isEmpty()) {
      reportOrSay(part, page);
    }
  }

  /** Nobody is there any more who would tell of a full disk. */
  private void reportOrSay(SurveyResult part, OpenPage page) {
    try {
      report(part, page);
    } catch (OutputLostException e) {
      spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
    }
  }

  private void report(SurveyResult result, OpenPage page) {
    PrintWriter out = spec.commandLine().getOut();
    String text = json ? SurveyJson.render(result) : SurveyTable.render(result);
    out.print(page.besideSurvey(result, text));
    out.flush();
    if (csv != null) {
      OutputFile.write("--csv", csv, SurveyCsv.render(result));
    }
  }
}
