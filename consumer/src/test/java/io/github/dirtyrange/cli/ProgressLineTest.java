package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  private final StringWriter printed = new StringWriter();
  private final PrintWriter log = new PrintWriter(printed, true);

  @Test
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
  void whatIsShortLeavesALogAlone() {
    ProgressLine progress = new ProgressLine.InLog(log, 60_000);
    progress.show("populating");
    progress.erase();
    assertThat(printed.toString()).isEmpty();
  }
}
