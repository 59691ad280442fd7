package io.github.dirtyrange.linux.soak;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The file that the random target reads past the page cache ({@code open_direct} in wild.c). The
 * device writes after the page was looked up; if it has been armed in between, nothing tells.
 */
final class DirectReads {

  private static final int PAGES = 16;
  private static final int PAGE = 4096;
  private static final LongSet CONTENTS = contents();

  private DirectReads() {}

  private static LongSet contents() {
    LongOpenHashSet contents = new LongOpenHashSet();
    ByteBuffer page = ByteBuffer.allocate(PAGE).order(ByteOrder.nativeOrder());
    for (int number = 0; number < PAGES; number++) {
      for (int i = 0; i < PAGE; i++) {
        page.put(i, (byte) (i * 7 + number));
      }
      contents.add(ProcessContents.hashOf(page, 0));
    }
    return contents;
  }

  /** {@return whether a page that has this hash holds what was read last, and nothing since} */
  static boolean haveWritten(long hash) {
    return CONTENTS.contains(hash);
  }
}
