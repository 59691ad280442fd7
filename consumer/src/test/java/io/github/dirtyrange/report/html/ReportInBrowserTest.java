package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports as a Chromium shows them. */
@Tag("machine")
class ReportInBrowserTest {

  private static final String DRAWN = "dirtyrange.drawings";

  /** Rows and points of what a chart has in all of its series. */
  private static final String DATA =
      DRAWN
          + ".map(each => each.drawn.getOption().series"
          + ".reduce((sum, series) => sum + series.data.length, 0))";

  @TempDir private static @Nullable Path folder;

  private static @Nullable Browser opened;

  @BeforeAll
  static void open() throws IOException {
    Optional<String> lacking = Browser.lacking();
    lacking.ifPresent(why -> System.out.println("reports are not opened in a browser: " + why));
    assumeTrue(lacking.isEmpty(), () -> "no browser: " + lacking.orElse(""));
    opened = new Browser();
  }

  @AfterAll
  static void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private static Browser browser() {
    return Objects.requireNonNull(opened);
  }

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(Objects.requireNonNull(folder).resolve(name), text);
  }

  private static Map<String, Path> files() throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put(
        "compare",
        file("compare.html", ComparisonPage.render(Samples.comparison(), Samples.ORIGIN)));
    files.put(
        "live",
        file("live.html", LiveComparisonPage.render(Samples.liveComparison(), Samples.ORIGIN)));
    files.put("track", file("track.html", Samples.trackedFile(500)));
    files.put("survey", file("survey.html", SurveyPage.render(Samples.survey(), Samples.ORIGIN)));
    return files;
  }

  @Test
  void pagesAreDrawnOnAPhoneAndOnADesk() throws IOException {
    for (Map.Entry<String, Path> page : files().entrySet()) {
      holds(page.getKey(), page.getValue(), 390, false);
      holds(page.getKey(), page.getValue(), 1280, true);
    }
  }

  private static void holds(String name, Path file, int width, boolean dark) {
    Browser browser = browser();
    browser.open(file, width, dark);
    String what = name + " at " + width;
    assertThat(browser.number("document.documentElement.scrollWidth"))
        .as("%s: as wide as it scrolls", what)
        .isLessThanOrEqualTo(width);
    long charts = browser.number("document.querySelectorAll('.chart svg').length");
    assertThat(charts).as(what).isPositive().isEqualTo(browser.number(DRAWN + ".length"));
    assertThat(browser.value(DATA))
        .asInstanceOf(InstanceOfAssertFactories.list(Long.class))
        .as("%s: numbers of each chart", what)
        .allMatch(numbers -> numbers > 0);
    assertThat(browser.number("document.querySelectorAll('.chart[aria-label]').length"))
        .isEqualTo(charts);
    assertThat(browser.number("document.querySelectorAll('section details table').length"))
        .isGreaterThanOrEqualTo(charts);
    assertThat(browser.number("document.images.length")).as(what).isZero();
    assertThat(browser.number("performance.getEntriesByType('resource').length"))
        .as("%s: what was fetched", what)
        .isZero();
    assertThat(browser.value("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo(dark ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)");
    assertThat(browser.errors()).as(what).isEmpty();
  }

  @Test
  void aNameThatLooksLikeMarkupIsShownAsItIs() throws IOException {
    browser().open(file("evil.html", Samples.trackedFile(3)), 1280, false);
    assertThat(browser().value("document.querySelector('h1').textContent"))
        .isEqualTo("What process 7 (" + Samples.EVIL + ") changed");
    assertThat(browser().value("document.title").toString()).contains(Samples.EVIL);
    browser()
        .value(
            DRAWN
                + ".map(each => each.drawn.dispatchAction("
                + "{type: 'showTip', seriesIndex: 0, dataIndex: 0})).length");
    assertThat(browser().number("document.images.length")).isZero();
    assertThat(browser().errors()).isEmpty();
  }

  @Test
  void theLegendOfTheHeatMapHasEveryColourOfIt() throws IOException {
    Path track = file("legend.html", Samples.trackedFile(20));
    for (boolean dark : new boolean[] {false, true}) {
      browser().open(track, 1280, dark);
      assertThat(
              browser()
                  .value("[...document.querySelectorAll('.levels li')].map(e => e.textContent)"))
          .asInstanceOf(InstanceOfAssertFactories.list(String.class))
          .startsWith("nothing changed", "below 0.1 %", "from 0.1 %")
          .endsWith("from 90 %", "nothing mapped");
      assertThat(
              browser()
                  .value(
                      "getComputedStyle(document.querySelector('.levels span')).backgroundColor"))
          .isEqualTo(browser().value("getComputedStyle(document.body).backgroundColor"));
    }
    assertThat(
            browser()
                .value("decodeURIComponent(dirtyrange.picture(" + DRAWN + "[0].chart, 'svg'))")
                .toString())
        .contains(">nothing changed<", ">below 0.1 %<", ">nothing mapped<");
  }

  @Test
  void everyChartIsSavedAsAPictureOfOneSize() throws IOException {
    browser().open(file("pictures.html", Samples.trackedFile(20)), 390, true);
    long charts = browser().number(DRAWN + ".length");
    for (int i = 0; i < charts; i++) {
      String picture = "dirtyrange.picture(" + DRAWN + "[" + i + "].chart, ";
      assertThat(browser().value(picture + "'png')").toString())
          .startsWith("data:image/png;base64,")
          .hasSizeGreaterThan(20_000);
      assertThat(browser().value("decodeURIComponent(" + picture + "'svg'))").toString())
          .startsWith("data:image/svg+xml;charset=utf-8,<svg width=\"1200\"")
          .endsWith("</svg>");
    }
    assertThat(browser().errors()).isEmpty();
  }

  @Test
  void aPrintedPageIsLightAndShowsEveryTable() throws IOException {
    browser().open(file("print.html", Samples.trackedFile(20)), 1280, true);
    browser().value("window.dispatchEvent(new Event('beforeprint'))");
    assertThat(browser().number("document.querySelectorAll('main details:not([open])').length"))
        .isZero();
    assertThat(browser().number("document.querySelector('.chart svg').clientWidth"))
        .isLessThanOrEqualTo(660);
    browser().value("window.dispatchEvent(new Event('afterprint'))");
    assertThat(browser().number("document.querySelectorAll('main details[open]').length")).isZero();
  }
}
