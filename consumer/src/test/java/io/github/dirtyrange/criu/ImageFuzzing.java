package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Does with a directory all that can be done, and wants every refusal to be one line. */
final class ImageFuzzing {

  private static final int MOST_PAGES = 50;

  private ImageFuzzing() {}

  static void readAll(Path directory) throws IOException {
    for (SavedFault fault : CriuVerifier.verify(directory)) {
      requireOneLine(fault.sentence());
    }
    try (CriuDirectory chain = CriuDirectory.open(directory)) {
      for (CriuMemory memory : chain.memories()) {
        read(memory);
      }
    } catch (SavedException e) {
      requireOneLine(String.valueOf(e.getMessage()));
    }
  }

  private static void read(CriuMemory memory) {
    long last = 0;
    for (SavedMapping mapping : memory.mappings()) {
      require(mapping.startVpn() >= last, "mappings ascend");
      last = mapping.endVpn();
    }
    last = 0;
    for (SavedRange range : memory.saved()) {
      require(range.startVpn() >= last && range.endVpn() > range.startVpn(), "ranges ascend");
      last = range.endVpn();
      read(memory, range);
    }
  }

  private static void read(CriuMemory memory, SavedRange range) {
    CriuReader reader = memory.pages();
    long end = Math.min(range.endVpn(), range.startVpn() + MOST_PAGES);
    for (long vpn = range.startVpn(); vpn < end; vpn++) {
      try {
        ByteBuffer page = ByteBuffer.allocate(Format.PAGE);
        boolean has = reader.read(vpn, page).hasBytes();
        require(has == (page.position() == Format.PAGE), "bytes are there as said");
      } catch (SavedException e) {
        requireOneLine(String.valueOf(e.getMessage()));
      }
    }
  }

  private static void requireOneLine(String sentence) {
    require(!sentence.contains("\n") && !sentence.isEmpty(), "one line: " + sentence);
  }

  private static void require(boolean fact, String what) {
    if (!fact) {
      throw new AssertionError(what);
    }
  }
}
