package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedMapping;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds the runs of bytes that differ, over the borders of pages; holds one run at a time. */
final class ByteRuns {

  private static final HexFormat HEX = HexFormat.of();

  private final Consumer<ByteRun> to;
  private final StringBuilder first = new StringBuilder();
  private final StringBuilder second = new StringBuilder();
  private @Nullable SavedMapping mapping;
  private long address;
  private long length;

  ByteRuns(Consumer<ByteRun> to) {
    this.to = to;
  }

  /**
   * Compares two pages.
   *
   * @param in the mapping that they are in
   * @param at the address of both
   * @return whether they differ
   */
  boolean compare(SavedMapping in, long at, byte[] a, byte[] b) {
    int from = 0;
    boolean differ = false;
    while (from < a.length) {
      int mismatch = Arrays.mismatch(a, from, a.length, b, from, b.length);
      if (mismatch < 0) {
        return differ;
      }
      differ = true;
      int start = from + mismatch;
      int end = start + 1;
      while (end < a.length && a[end] != b[end]) {
        end++;
      }
      add(in, at + start, Arrays.copyOfRange(a, start, end), Arrays.copyOfRange(b, start, end));
      from = end;
    }
    return differ;
  }

  private void add(SavedMapping in, long at, byte[] a, byte[] b) {
    if (!in.equals(mapping) || at != address + length) {
      flush();
      mapping = in;
      address = at;
    }
    length += a.length;
    append(first, a);
    append(second, b);
  }

  private static void append(StringBuilder hex, byte[] bytes) {
    int room = ByteRun.MOST_TOLD - hex.length() / 2;
    hex.append(HEX.formatHex(bytes, 0, Math.min(room, bytes.length)));
  }

  /** Tells the run that is open, if there is one. */
  void flush() {
    if (mapping != null && length != 0) {
      to.accept(new ByteRun(address, length, mapping, first.toString(), second.toString()));
    }
    mapping = null;
    length = 0;
    first.setLength(0);
    second.setLength(0);
  }
}
