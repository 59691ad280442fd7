package io.github.dirtyrange.kernel.sim.truth;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What real kernels were seen to read: {@code truth/kernels.tsv}. */
final class TruthTable {

  /** A look at one page in one scenario. */
  record Key(String scenario, String step) {}

  private static final int SCENARIO = 0;
  private static final int STEP = 1;

  private TruthTable() {}

  /** The cells of one column, rows where it was not run left out. */
  static Map<Key, String> column(int column) {
    return read("/truth/kernels.tsv", column);
  }

  /** The rows that the simulated kernel does not reproduce, with the reason. */
  static Map<Key, String> notReproduced() {
    return read("/truth/not-reproduced.tsv", 2);
  }

  private static Map<Key, String> read(String resource, int column) {
    Map<Key, String> cells = new LinkedHashMap<>();
    Arrays.stream(text(resource).split("\n"))
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(line -> line.split("\t"))
        .filter(row -> row.length > column && !row[column].equals("."))
        .forEach(row -> cells.put(new Key(row[SCENARIO], row[STEP]), row[column]));
    return cells;
  }

  private static String text(String resource) {
    try (InputStream in = Objects.requireNonNull(TruthTable.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
