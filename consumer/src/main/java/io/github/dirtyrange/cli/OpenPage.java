package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.report.ComparisonReport;
import io.github.dirtyrange.report.LiveComparisonReport;
import io.github.dirtyrange.report.html.ComparisonPage;
import io.github.dirtyrange.report.html.LiveComparisonPage;
import io.github.dirtyrange.report.html.Origin;
import io.github.dirtyrange.report.html.SurveyPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --report}, if one is named. It is written whenever the result is rendered, for
 * whatever reason that is, and a failure waits until the rest is printed.
 */
final class OpenPage {

  private static final String OPTION = "--report";

  private final @Nullable Path path;
  private final Origin origin;
  private final PrintWriter err;
  private volatile @Nullable RuntimeException failure;

  OpenPage(@Nullable Path path, Origin origin, PrintWriter err) {
    this.path = path;
    OutputFile.check(OPTION, path);
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

  /** Throws {@link UsageMistake} if a page is wanted where there is none. */
  void requireNone(String why) {
    if (path != null) {
      throw new UsageMistake(OPTION + " " + path + " cannot be written: " + why);
    }
  }

  private String besides(String text, Function<Origin, String> page) {
    if (path != null) {
      write(path, page);
    }
    return text;
  }

  /** Whatever is wrong with the page, the text is printed. */
  private void write(Path into, Function<Origin, String> page) {
    try {
      OutputFile.write(OPTION, into, page.apply(origin));
    } catch (OutOfMemoryError e) {
      failure =
          new OutputLostException(OPTION + " " + into + ": the Java heap is too small for it");
    } catch (RuntimeException e) {
      failure = e;
    }
    if (Interruption.begun()) {
      sayIfLost();
    }
  }

  /** Says that there is no page, where something else is thrown. */
  void sayIfLost() {
    if (failure instanceof OutputLostException lost) {
      err.println("dirtyrange: " + lost.getMessage());
    } else if (failure != null) {
      err.println("dirtyrange: " + OPTION + " " + path + " could not be made: " + failure);
    }
  }

  /** Throws what kept the page from being written: {@link OutputLostException}, or a fault. */
  void requireWhole() {
    if (failure != null) {
      throw failure;
    }
  }
}
