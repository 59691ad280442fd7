package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Images of any content are read, or refused in a line: nothing else is thrown, and all ends. */
class CriuDamageTest {

  /** How many damages a try makes: 50 for 10,000 in all. */
  private static final int DAMAGES = Integer.getInteger("criu.damage", 2);

  private static final long MOST_NANOS = 5_000_000_000L;

  @Property(tries = 200)
  void flipsAndCutsThrowNothingElse(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    try (TestFolder folder = new TestFolder()) {
      ModelChain.write(seed, folder.at(""), 3);
      List<Map.Entry<String, byte[]>> files = new ArrayList<>(folder.files().entrySet());
      for (int i = 0; i < DAMAGES; i++) {
        Map.Entry<String, byte[]> file = files.get(random.nextInt(files.size()));
        Path path = folder.at(file.getKey());
        Files.write(path, damaged(file.getValue(), random));
        requireNothingElseThrown(folder.at("d3"), file.getKey());
        Files.write(path, file.getValue());
      }
    }
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    if (bytes.length == 0 || random.nextInt(3) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length + 10));
    }
    byte[] damaged = bytes.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      damaged[at] =
          random.nextBoolean()
              ? (byte) random.nextInt()
              : (byte) (damaged[at] ^ 1 << random.nextInt(8));
    }
    return damaged;
  }

  private static void requireNothingElseThrown(Path directory, String what) throws IOException {
    long start = System.nanoTime();
    ImageFuzzing.readAll(directory);
    assertThat(System.nanoTime() - start).as(what).isLessThan(MOST_NANOS);
  }

  /** Cut at any byte, an image other than the pages of a pre-dump is found to be damaged. */
  @Property(tries = 100)
  void everyCutIsFound(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    try (TestFolder folder = new TestFolder()) {
      ModelChain.write(seed, folder.at(""), 2);
      for (Map.Entry<String, byte[]> file : folder.files().entrySet()) {
        byte[] bytes = file.getValue();
        if (bytes.length == 0) {
          continue;
        }
        int length = random.nextInt(bytes.length);
        Files.write(folder.at(file.getKey()), Arrays.copyOf(bytes, length));
        assertThat(CriuVerifier.verify(folder.at("d2")).isEmpty())
            .as("%s cut to %d of %d", file.getKey(), length, bytes.length)
            .isFalse();
        Files.write(folder.at(file.getKey()), bytes);
      }
    }
  }

  @Property(tries = 300)
  void theFuzzTargetsRun(@ForAll byte[] input) throws IOException {
    CriuFuzzer.fuzzerTestOneInput(input);
    TarballFuzzer.fuzzerTestOneInput(input);
  }
}
