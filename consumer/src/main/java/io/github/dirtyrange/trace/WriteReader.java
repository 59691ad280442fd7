package io.github.dirtyrange.trace;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads the writes that a text tells of, and counts the lines that mean nothing. */
final class WriteReader implements Closeable {

  private final TextLineReader lines;
  private final TextFormat format;
  private long passedOver;
  private long firstPassedOver;

  WriteReader(InputStream in, TextFormat format) {
    lines = new TextLineReader(in);
    this.format = format;
  }

  Optional<Write> next() throws IOException {
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      Optional<Write> write = lines.isWhole() ? parsed(line.get()) : Optional.empty();
      if (write.isPresent()) {
        return write;
      }
      if (!format.isOther(line.get())) {
        passedOver++;
        firstPassedOver = firstPassedOver == 0 ? lines.number() : firstPassedOver;
      }
    }
    return Optional.empty();
  }

  private Optional<Write> parsed(String line) throws TraceException {
    try {
      return format.parse(line);
    } catch (TraceException e) {
      throw new TraceException("line " + lines.number() + ": " + e.getMessage());
    }
  }

  /** {@return how many lines meant nothing} */
  long passedOver() {
    return passedOver;
  }

  /** {@return the number of the first of them, 0 if there was none} */
  long firstPassedOver() {
    return firstPassedOver;
  }

  /** {@return whether the text ends within its last line, which is left out then} */
  boolean isCut() {
    return lines.isCut();
  }

  long lineNumber() {
    return lines.number();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
