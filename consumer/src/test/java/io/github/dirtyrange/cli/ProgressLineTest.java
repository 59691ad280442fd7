package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProgressLineTest {

  private final StringWriter printed = new StringWriter();
  private final PrintWriter log = new PrintWriter(printed, true);

  @Test
  @Timeout(60)
  void aLogSaysNowAndThenWhatIsBeingDone() throws Exception {
    ProgressLine progress = new ProgressLine.InLog(log, 20);
    progress.round(2, 7);
    while (!printed.toString().contains("\n")) {
      Thread.sleep(5);
    }
    progress.erase();
    assertThat(printed.toString().lines())
        .allMatch(line -> line.matches("dirtyrange: round 3 of 7, \\d+ s so far"));
  }

  @Test
  void nothingIsSaidAfterTheEnd() throws Exception {
    ProgressLine progress = new ProgressLine.InLog(log, 1);
    progress.show("populating");
    progress.erase();
    String before = printed.toString();
    Thread.sleep(50);
    assertThat(printed.toString()).isEqualTo(before);
  }
}
