package io.github.dirtyrange.report.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TextLinesTest {

  private final StringWriter text = new StringWriter();
  private final TextLines lines = new TextLines(new PrintWriter(text), true);

  @Test
  void processesThatAreNotTrackedForOneReasonAreNamedTogether() {
    lines.notTracked(7, "sh", "ended before it was armed");
    lines.notTracked(9, "cat", "ended before it was armed");
    lines.notTracked(8, "sh", "ended before it was armed");
    assertThat(text.toString()).isEmpty();
    lines.finished();
    assertThat(text.toString().lines())
        .containsExactly(
            "not tracked processes 7, 8 (sh): ended before it was armed",
            "not tracked process 9 (cat): ended before it was armed");
  }
}
