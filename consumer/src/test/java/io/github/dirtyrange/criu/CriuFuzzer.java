package io.github.dirtyrange.criu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A Jazzer target: bytes are images of a directory and its parent, as they are and as records
 * behind the right beginning; they must be read, or refused clearly.
 */
public final class CriuFuzzer {

  private static final int PARTS = 4;

  private CriuFuzzer() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    try (TestFolder folder = new TestFolder()) {
      for (String name : new String[] {"a", "b"}) {
        Files.createDirectory(folder.at(name));
      }
      Files.createSymbolicLink(folder.at("b/parent"), Path.of("../a"));
      write(folder.at("a"), input, 0);
      write(folder.at("b"), input, PARTS);
      ImageFuzzing.readAll(folder.at("b"));
    }
  }

  private static void write(Path directory, byte[] input, int from) throws IOException {
    image(directory, "pagemap-1.img", part(input, from), ImageBytes.COMMON, ImageBytes.PAGEMAP);
    image(directory, "mm-1.img", part(input, from + 1), ImageBytes.COMMON, ImageBytes.MM);
    image(directory, "files.img", part(input, from + 2), ImageBytes.COMMON, ImageBytes.FILES);
    image(directory, "inventory.img", part(input, from + 3), ImageBytes.INVENTORY);
    image(directory, "pstree.img", part(input, from + 2), ImageBytes.COMMON, ImageBytes.PSTREE);
    image(directory, "stats-dump", part(input, from), ImageBytes.SERVICE, ImageBytes.STATS);
    Files.write(directory.resolve("pages-0.img"), new byte[Format.PAGE * PARTS]);
  }

  private static byte[] part(byte[] input, int number) {
    int length = input.length / (2 * PARTS);
    return Arrays.copyOfRange(input, number * length, (number + 1) * length);
  }

  /** As it is; or the rest in records, each a byte that is its length, and it. */
  private static void image(Path directory, String name, byte[] part, int... magic)
      throws IOException {
    if (part.length == 0 || part[0] == 0) {
      Files.write(directory.resolve(name), part);
      return;
    }
    ImageBytes image = ImageBytes.image(magic);
    if (name.startsWith("pagemap")) {
      image.record(ImageBytes.message().number(1, 0));
    }
    int at = 1;
    while (at < part.length) {
      int end = Math.min(part.length, at + 1 + (part[at] & 0xff));
      image.record(ImageBytes.raw(Arrays.copyOfRange(part, at + 1, end)));
      at = end;
    }
    Files.write(directory.resolve(name), image.bytes());
  }
}
