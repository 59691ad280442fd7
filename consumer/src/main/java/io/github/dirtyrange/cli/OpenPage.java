package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.report.ComparisonReport;
import io.github.dirtyrange.report.LiveComparisonReport;
import io.github.dirtyrange.report.html.ComparisonPage;
import io.github.dirtyrange.report.html.LiveComparisonPage;
import io.github.dirtyrange.report.html.Origin;
import io.github.dirtyrange.report.html.SurveyPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --report}, if one is named. It is written whenever the result is rendered, for
 * whatever reason that is, and a failure waits until the rest is printed.
 */
final class OpenPage {

  private final @Nullable Path path;
  private final Origin origin;
  private final PrintWriter err;
  private volatile boolean cutShort;

  OpenPage(@Nullable Path path, Origin origin, PrintWriter err) {
    this.path = path;
    OutputFile.check("--report", path);
    this.origin = origin;
    this.err = err;
  }

  /** {@return a report that writes the page besides} */
  ComparisonReport beside(ComparisonReport report) {
    return result -> besides(report.render(result), from -> ComparisonPage.render(result, from));
  }

  /** {@return the same of a live process} */
  LiveComparisonReport besideLive(LiveComparisonReport report) {
    return result ->
        besides(report.render(result), from -> LiveComparisonPage.render(result, from));
  }

  /** {@return the text of a survey; its page is written besides} */
  String besideSurvey(SurveyResult result, String text) {
    return besides(text, from -> SurveyPage.render(result, from));
  }

  private String besides(String text, Function<Origin, String> page) {
    if (path != null) {
      write(path, page.apply(origin));
    }
    return text;
  }

  private void write(Path into, String page) {
    try {
      Files.writeString(into, page);
    } catch (IOException e) {
      cutShort = true;
      if (Interruption.begun()) {
        err.println(message());
      }
    }
  }

  /** Throws {@link OutputLostException} if the file took less than was written. */
  void requireWhole() {
    if (cutShort) {
      throw new OutputLostException(message());
    }
  }

  private String message() {
    return "--report " + path + " could not be written whole; see that its disk has room";
  }
}
