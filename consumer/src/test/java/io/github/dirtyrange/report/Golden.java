package io.github.dirtyrange.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that hold what a report is expected to print. */
final class Golden {

  private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  private Golden() {}

  /** Compares a text with a file; run with -Dgolden.accept=true it writes the file instead. */
  static void check(String name, String text) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("golden.accept")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text);
    }
    assertThat(text)
        .as(
            "%s is what is expected; to accept what is printed now:"
                + " mvn -pl consumer -am test -Dtest='*ReportTest' -Dgolden.accept=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false",
            file)
        .isEqualTo(Files.readString(file));
  }
}
