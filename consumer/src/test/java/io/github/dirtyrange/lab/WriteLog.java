package io.github.dirtyrange.lab;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;

/** The log of {@code scatter.c}: which pages it began to write, and which it has written. */
final class WriteLog {

  private static final int ENTRIES = 1 << 20;
  private static final int HEAD = 2;

  /** More writes than can be under way at a time. */
  private static final int UNDER_WAY = 64;

  private final IntBuffer words;

  private WriteLog(IntBuffer words) {
    this.words = words;
  }

  static WriteLog open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new WriteLog(
          channel
              .map(MapMode.READ_ONLY, 0, Integer.BYTES * (HEAD + 2L * ENTRIES))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asIntBuffer());
    }
  }

  /** How far it is, at an instant at which the process stands still. */
  record Mark(int begun, int done) {}

  Mark mark() {
    return new Mark(words.get(0), words.get(1));
  }

  /** {@return the pages that were certainly written, from the first byte on, between two marks} */
  Set<Integer> written(Mark from, Mark to) {
    Set<Integer> pages = pages(HEAD + ENTRIES, from.done, to.done);
    pages.removeAll(pages(HEAD, Math.max(0, from.begun - UNDER_WAY), from.begun));
    return pages;
  }

  /** {@return the pages that may have been written between two marks} */
  Set<Integer> perhaps(Mark from, Mark to) {
    return pages(HEAD, Math.max(0, from.begun - UNDER_WAY), to.begun);
  }

  private Set<Integer> pages(int list, int from, int to) {
    Set<Integer> pages = new TreeSet<>();
    for (int i = from; i < to; i++) {
      int page = words.get(list + i);
      if (page != 0) {
        pages.add(page - 1);
      }
    }
    return pages;
  }
}
