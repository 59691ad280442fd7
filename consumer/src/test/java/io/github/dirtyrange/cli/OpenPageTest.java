package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.report.html.Origin;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenPageTest {

  private static final Origin ORIGIN = new Origin("dirtyrange", "1", "here", "now");

  @TempDir private Path folder;

  /** What took hours to measure is not lost with its picture. */
  @Test
  @SuppressWarnings("NullAway")
  void aPageThatCannotBeMadeCostsNothingElse() throws Exception {
    Path path = Files.writeString(folder.resolve("page"), "of yesterday");
    StringWriter err = new StringWriter();
    OpenPage page = new OpenPage(path, ORIGIN, new PrintWriter(err, true));
    page.requireWhole();
    assertThat(page.beside(result -> "the table").render(null)).isEqualTo("the table");
    assertThatThrownBy(page::requireWhole).isInstanceOf(NullPointerException.class);
    assertThat(path).hasContent("of yesterday");
    assertThat(err.toString()).isEmpty();
    page.sayIfLost();
    assertThat(err.toString()).contains("--report " + path + " could not be made: ");
  }
}
