package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
