package io.github.dirtyrange.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.lab.survey.result.SurveyValues;
import io.github.dirtyrange.track.Strategy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurveyJsonTest {

  private static final SurveyResult RESULT =
      new SurveyResult(
          SurveyValues.plan(List.of(SurveyValues.kernel("linux")), 10, 100),
          List.of(point(10), point(100)));

  @Test
  void whatIsWrittenIsRead() {
    String text = SurveyJson.render(RESULT);
    assertThat(SurveyJson.isOne(text)).isTrue();
    assertThat(SurveyJson.parse(text)).isEqualTo(RESULT);
  }

  @Test
  void aReportThatAnotherProgramLaidOutAnewIsRead() {
    String text = SurveyJson.render(RESULT);
    assertThat(SurveyJson.parse(text.replace("\n", ""))).isEqualTo(RESULT);
    assertThat(SurveyJson.parse(text.replace("{", "{\n"))).isEqualTo(RESULT);
  }

  @Test
  void linesAreReadUpToAnyCut() {
    String text = lines();
    int head = text.indexOf('\n') + 1;
    for (int cut = head - 1; cut <= text.length(); cut++) {
      String whole = text.substring(0, cut);
      long points = whole.chars().filter(c -> c == '\n').count() - 1;
      assertThat(SurveyJson.parseLines(whole).points()).hasSize((int) Math.max(0, points));
    }
  }

  @Test
  void anUnfinishedReportIsNotTakenForWhole() {
    String text = SurveyJson.render(RESULT);
    assertThatThrownBy(() -> SurveyJson.parse(text.substring(0, text.length() - 3)))
        .hasMessageContaining("not JSON of that shape");
  }

  @Test
  void aReportIsNoFileThatGoesOn() {
    assertThatThrownBy(() -> SurveyJson.parseLines(SurveyJson.render(RESULT).replace("\n", "")))
        .hasMessageContaining("cannot go on");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":1 | \"version\":2 | newer than this program knows",
        "\"version\":1 | \"version\":0 | has no \"version\"",
        "\"name\":\"queue\" | \"name\":\"quick\" | unknown strategy, quick",
        "\"pattern\":\"uniform\" | \"pattern\":\"odd\" | unknown pattern, odd",
        "\"dirtyPages\":100 | \"dirtyPages\":10 | twice",
        "\"dirtyPages\":100 | \"dirtyPages\":99 | not in its plan",
        "\"kernel\":\"linux\" | \"kernel\":\"sim\" | not in its plan",
        "\"roundNanos\" | \"roundNanoz\" | lacks \"roundNanos\"",
        "\"plan\" | \"plans\" | lacks \"plan\"",
        "\"missed\" | \"mizsed\" | lacks \"missed\"",
        "\"copyMismatches\" | \"copies\" | lacks \"copyMismatches\"",
        "\"reused\" | \"used\" | lacks \"reused\"",
        "\"plainWriteNanos\" | \"plain\" | lacks \"plainWriteNanos\"",
        "\"warmup\" | \"warm\" | lacks \"warmup\"",
        "\"seed\" | \"seeds\" | lacks \"seed\"",
        "\"missed\":0 | \"missed\":-3 | says that \"missed\" is -3",
        "\"missed\":0 | \"missed\":7,\"missed\":0 | has \"missed\" twice in one object",
        "\"missed\":0 | \"missed\":\"0\" | has a text at",
        "\"missed\":0 | \"missed\":9223372036854775807 | says that \"missed\" is 9223372036854775807",
        "\"roundNanos\":[100] | \"roundNanos\":[-100] | says that \"roundNanos\" is -100",
        "\"roundNanos\":[100],\"writeNanos\":[1200.5] | \"roundNanos\":[1,2],\"writeNanos\":[1,2] | has 2 rounds of pagemap-scan where its plan has 1",
        "[\"uniform\"] | [\"uniform\",\"uniform\"] | has one of \"patterns\" twice",
        "\"missed\":0 | \"missed\":x | not JSON of that shape",
        "\"shard\":1 | \"shard\":2 | no shard 2 of 1"
      })
  void whatMakesNoSenseIsRefused(String said, String instead, String why) {
    String text = SurveyJson.render(RESULT).replace(said, instead);
    assertThatThrownBy(() -> SurveyJson.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static String lines() {
    StringBuilder text = new StringBuilder(SurveyJson.planLine(RESULT.plan())).append('\n');
    RESULT.points().forEach(each -> text.append(SurveyJson.pointLine(each)).append('\n'));
    return text.toString();
  }

  private static MeasuredPoint point(int dirtyPages) {
    return SurveyValues.point(
        "linux",
        dirtyPages,
        SurveyValues.row(Strategy.PAGEMAP_SCAN, 1_200.5, 100L),
        SurveyValues.row(Strategy.QUEUE, 1_300, 10L));
  }
}
