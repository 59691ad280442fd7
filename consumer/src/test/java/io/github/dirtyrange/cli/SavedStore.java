package io.github.dirtyrange.cli;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.MadeStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A store of two generations for the commands: a file, a heap that changes, a stack that goes. */
final class SavedStore {

  static final int PAGE = 4096;
  static final SavedMapping EXE =
      new SavedMapping(0x400, 0x404, SavedMapping.READ | SavedMapping.EXECUTE, 0, 1, 7, "/bin/x");
  static final SavedMapping HEAP = MadeStore.anonymous(0x1000, 0x1008, "[heap]");
  static final SavedMapping STACK = MadeStore.anonymous(0x2000, 0x2002, "[stack]");

  private SavedStore() {}

  static MadeStore make() throws IOException {
    MadeStore made = MadeStore.empty();
    Generation first =
        made.add(
            PAGE,
            Optional.empty(),
            writer -> {
              writer.mapping(EXE);
              writer.file(0x400, 0x404);
              writer.mapping(HEAP);
              writer.data(0x1000, pages("name=anna", "name=berta", "name=carla"));
              writer.zero(0x1003, 0x1005);
              writer.nothing(0x1005, 0x1007);
              writer.swapped(0x1007, 0x1008);
              writer.mapping(STACK);
              writer.data(0x2000, pages("deep", "deeper"));
            });
    made.add(
        PAGE,
        Optional.of(first),
        writer -> {
          writer.mapping(EXE);
          writer.parent(0x400, 0x404);
          writer.mapping(HEAP);
          writer.parent(0x1000, 0x1001);
          writer.data(0x1001, pages("name=dora!"));
          writer.parent(0x1002, 0x1005);
          writer.data(0x1005, pages("name=emma"));
          writer.parent(0x1006, 0x1008);
        });
    return made;
  }

  private static ByteBuffer pages(String... texts) {
    ByteBuffer pages = ByteBuffer.allocate(texts.length * PAGE);
    for (int i = 0; i < texts.length; i++) {
      pages.put(i * PAGE + 16, texts[i].getBytes(StandardCharsets.UTF_8));
    }
    return pages;
  }
}
