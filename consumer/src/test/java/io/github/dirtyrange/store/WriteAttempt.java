package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A program that opens a store for writing, and says what came of it. */
final class WriteAttempt {

  private WriteAttempt() {}

  public static void main(String[] arguments) {
    try (SnapshotStore store = SnapshotStore.create(Path.of(arguments[0]))) {
      System.out.print(store.generations().isEmpty() ? "written" : "not empty");
    } catch (SavedException e) {
      System.out.print(e.getMessage());
    }
  }

  static String inAnotherProcess(Path directory) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    WriteAttempt.class.getName(),
                    directory.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
