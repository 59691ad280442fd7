package io.github.dirtyrange.cli;

import io.github.dirtyrange.conform.ConformGather;
import io.github.dirtyrange.conform.ConformJson;
import io.github.dirtyrange.conform.ConformReport;
import io.github.dirtyrange.conform.ConformTable;
import io.github.dirtyrange.kernel.kit.LawGather;
import io.github.dirtyrange.kernel.kit.LawReport;
import io.github.dirtyrange.kernel.kit.LawTable;
import io.github.dirtyrange.lab.survey.result.SurveyGather;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.report.SurveyCsv;
import io.github.dirtyrange.report.SurveyJson;
import io.github.dirtyrange.report.SurveyTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the shards of one run say together. */
interface Gathered {

  /** {@return a table for people} */
  String table();

  /** {@return one JSON object} */
  String json();

  /** {@return comma-separated values} Throws {@link UsageMistake} where there are none of these. */
  String csv();

  /**
   * {@return the text of a report; the page is written besides, where one is wanted} Throws {@link
   * UsageMistake} where there is no page of such a report.
   */
  default String beside(OpenPage page, String text) {
    page.requireNone("it is of surveys; reports of conform and laws have none");
    return text;
  }

  /** {@return whether all was right} */
  boolean isRight();

  /**
   * Joins the texts of files. Throws {@link UsageMistake} if they are not all shards of one run.
   */
  static Gathered of(Map<Path, String> texts) {
    texts.forEach(Gathered::requireAReport);
    long surveys = texts.values().stream().filter(SurveyJson::isOne).count();
    long laws = texts.values().stream().filter(LawsJson::isOne).count();
    if (surveys == texts.size()) {
      return new OfSurvey(join(texts, SurveyJson::parse, SurveyGather::join));
    }
    if (laws == texts.size()) {
      return new OfLaws(join(texts, LawsJson::parse, LawGather::join));
    }
    if (surveys + laws > 0) {
      throw new UsageMistake(
          "these are not the shards of one run: some are "
              + (surveys > 0 ? "surveys" : "of laws")
              + ", some are not");
    }
    return new OfConform(join(texts, ConformJson::parse, ConformGather::join));
  }

  private static void requireAReport(Path file, String text) {
    if (!SurveyJson.isOne(text) && !LawsJson.isOne(text) && !ConformJson.isOne(text)) {
      throw new UsageMistake(
          file
              + " is no report of a shard; it takes what conform, laws or survey --shard K/N --json"
              + " printed, or a file of survey --resume");
    }
  }

  private static <T> T join(
      Map<Path, String> texts, Function<String, T> parse, Function<List<T>, T> join) {
    List<T> shards =
        texts.entrySet().stream()
            .map(each -> parsed(each.getKey(), each.getValue(), parse))
            .toList();
    try {
      return join.apply(shards);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake("these are not the shards of one run: " + e.getMessage());
    }
  }

  private static <T> T parsed(Path file, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new UsageMistake(file + ": " + e.getMessage());
    }
  }

  /** Reports of conform. */
  record OfConform(ConformReport report) implements Gathered {

    @Override
    public String table() {
      return ConformTable.render(report);
    }

    @Override
    public String json() {
      return ConformJson.render(report);
    }

    @Override
    public String csv() {
      throw new UsageMistake("--csv is of surveys; reports of conform have none");
    }

    @Override
    public boolean isRight() {
      return report.mismatches() == 0;
    }
  }

  /** Reports of laws. */
  record OfLaws(LawReport report) implements Gathered {

    @Override
    public String table() {
      return LawTable.render(report);
    }

    @Override
    public String json() {
      return LawsJson.render(report);
    }

    @Override
    public String csv() {
      throw new UsageMistake("--csv is of surveys; reports of laws have none");
    }

    @Override
    public boolean isRight() {
      return report.isRight();
    }
  }

  /** Surveys. */
  record OfSurvey(SurveyResult result) implements Gathered {

    @Override
    public String table() {
      return SurveyTable.render(result);
    }

    @Override
    public String json() {
      return SurveyJson.render(result);
    }

    @Override
    public String csv() {
      return SurveyCsv.render(result);
    }

    @Override
    public String beside(OpenPage page, String text) {
      return page.besideSurvey(result, text);
    }

    @Override
    public boolean isRight() {
      return result.isRight();
    }
  }
}
