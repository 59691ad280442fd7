package io.github.dirtyrange.workload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a process writes on standard error: read on as long as it lives, since it would wait for a
 * reader some time (a virtual machine writes its threads there at each SIGQUIT). The beginning is
 * kept.
 */
final class LastWords {

  private static final int MOST_BYTES = 4096;

  private final InputStream error;
  private final Thread reader = new Thread(this::read, "last words");
  private byte[] beginning = {};

  private LastWords(InputStream error) {
    this.error = error;
  }

  /** Begins to read. */
  static LastWords of(Process process) {
    LastWords words = new LastWords(process.getErrorStream());
    words.reader.setDaemon(true);
    words.reader.start();
    return words;
  }

  private void read() {
    try {
      beginning = error.readNBytes(MOST_BYTES);
      error.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // It was closed.
    }
  }

  /** {@return the first line of a process that has ended, empty if it wrote none} */
  String firstLine() throws InterruptedException {
    reader.join();
    String text = new String(beginning, StandardCharsets.UTF_8).strip();
    return text.lines().findFirst().orElse("");
  }
}
