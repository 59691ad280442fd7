package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlReportTest {

  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  private static List<String> files() {
    return List.of(
        ComparisonPage.render(Samples.comparison(), Samples.ORIGIN),
        LiveComparisonPage.render(Samples.liveComparison(), Samples.ORIGIN),
        Samples.trackedFile(9),
        SurveyPage.render(Samples.survey(), Samples.ORIGIN));
  }

  private static JsonObject data(String file) {
    Matcher matcher = DATA.matcher(file);
    assertThat(matcher.find()).isTrue();
    return JsonParser.parseString(matcher.group(1)).getAsJsonObject();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aNameThatLooksLikeMarkupStaysAName(String file) {
    assertThat(file).doesNotContain("<img src=x").doesNotContain("</script><!--");
    assertThat(data(file).getAsJsonObject("origin").get("command").getAsString())
        .contains(Samples.EVIL);
    assertThat(file.split("\\n<script", -1)).hasSize(4);
  }

  /** As a file of a survey may have them that somebody has written into. */
  @Test
  void numbersThatJsonLacksAreLeftOut() {
    SurveyResult survey = Samples.survey();
    List<MeasuredPoint> points =
        survey.points().stream()
            .map(each -> new MeasuredPoint(each.point(), false, 0, atMost(each.rows())))
            .toList();
    String file = SurveyPage.render(new SurveyResult(survey.plan(), points), Samples.ORIGIN);
    assertThat(data(file).getAsJsonArray("charts")).isNotEmpty();
    Page page =
        new Page(
            "",
            List.of(),
            Samples.ORIGIN,
            List.of(),
            List.of(
                new Chart(
                    "",
                    "",
                    new Shape.Bars(
                        new Shape.Axis("", Shape.Unit.PAGES, false),
                        List.of("a", "b"),
                        List.of(Double.NaN, 1.5)),
                    Table.of("", "").build())),
            List.of());
    assertThat(HtmlReport.render(page)).contains("\"values\":[null,1.5]");
  }

  private static List<SurveyRow> atMost(List<SurveyRow> rows) {
    return rows.stream()
        .map(
            row ->
                new SurveyRow(
                    row.name(),
                    row.strategy(),
                    1,
                    1,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    List.of(Long.MAX_VALUE),
                    List.of(Double.MAX_VALUE),
                    false))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void nothingIsFetched(String file) {
    assertThat(file)
        .doesNotContain("src=\"http")
        .doesNotContain("<link")
        .doesNotContain("@import")
        .contains("default-src 'none'");
  }

  @Test
  void theLibraryComesWithItsLicenceAndNotice() {
    assertThat(files().get(0))
        .contains("Licensed to the Apache Software Foundation")
        .contains("Apache ECharts\nCopyright");
  }

  @Test
  void everyChartHasItsNumbersAsATable() {
    for (String file : files()) {
      data(file)
          .getAsJsonArray("charts")
          .forEach(
              chart ->
                  assertThat(
                          chart.getAsJsonObject().getAsJsonObject("table").getAsJsonArray("rows"))
                      .isNotEmpty());
    }
  }
}
