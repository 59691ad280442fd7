package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.SavedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is damaged is found, and never read as if it were right. */
class StoreDamageTest {

  /** How many damages a try makes: 34 for 10,000 in all. */
  private static final int DAMAGES = Integer.getInteger("store.damage", 1);

  @Property(tries = 300)
  void everyFlippedBitAndEveryCutIsFound(@ForAll long seed, @ForAll Compression compression)
      throws IOException {
    SmallStore small = SmallStore.get(compression);
    Random random = new Random(seed);
    for (int i = 0; i < DAMAGES; i++) {
      Map<String, byte[]> damaged = new HashMap<>(small.files());
      Map.Entry<String, byte[]> picked = pick(damaged, random);
      String file = picked.getKey();
      byte[] bytes = picked.getValue();
      int bit = random.nextInt(8 * bytes.length);
      damaged.put(file, random.nextInt(4) == 0 ? Arrays.copyOf(bytes, bit / 8) : flip(bytes, bit));
      requireFound(small, damaged, file + ", bit " + bit);
    }
  }

  private static Map.Entry<String, byte[]> pick(Map<String, byte[]> files, Random random) {
    List<Map.Entry<String, byte[]>> all =
        files.entrySet().stream()
            .filter(file -> file.getValue().length > 0)
            .sorted(Map.Entry.comparingByKey())
            .toList();
    return all.get(random.nextInt(all.size()));
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }

  private static void requireFound(SmallStore small, Map<String, byte[]> files, String what)
      throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      directory.write(files);
      assertThat(StoreVerifier.verify(directory.store())).as(what).isNotEmpty();
    }
    requireNothingReadWrong(small, files, what);
  }

  private static void requireNothingReadWrong(
      SmallStore small, Map<String, byte[]> files, String what) throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      directory.write(files);
      try (SnapshotStore store = SnapshotStore.open(directory.store())) {
        SmallStore.readAll(store, (of, reader, vpn) -> requireRightOrTold(small, of, reader, vpn));
      } catch (SavedException e) {
        assertThat(e).as(what).hasMessageNotContaining("\n");
      }
    }
  }

  private static void requireRightOrTold(
      SmallStore small, Generation generation, PageReader reader, long vpn) {
    ByteBuffer bytes = ByteBuffer.allocate(Plan.PAGE);
    try {
      if (!reader.read(vpn, bytes).hasBytes()) {
        return;
      }
    } catch (SavedException e) {
      assertThat(e.getMessage()).contains("generation " + generation.number() + ", ", "0x");
      return;
    }
    int content =
        small.model().told().stream()
            .filter(told -> told.id().equals(generation.id()))
            .findFirst()
            .orElseThrow()
            .pages()
            .getOrDefault(vpn, -1);
    assertThat(bytes.array()).isEqualTo(ModelStore.content(content == Plan.ZERO ? 0 : content));
  }

  /**
   * Of a packed block, each byte is checked before it is unpacked: what harms is made on purpose.
   */
  @Property(tries = 300)
  void whateverABlockUnpacksToIsReadOrRefused(@ForAll long seed) throws IOException {
    SmallStore small = SmallStore.get(Compression.ZSTD);
    Random random = new Random(seed);
    for (int i = 0; i < DAMAGES; i++) {
      int number = 1;
      byte[] index = small.file(StoreFormat.directory(number) + "/index");
      byte[] pages = small.file(StoreFormat.directory(number) + "/pages");
      for (int j = random.nextInt(3); j >= 0; j--) {
        pages[random.nextInt(pages.length)] = (byte) random.nextInt();
      }
      Map<String, byte[]> damaged = new HashMap<>(small.files());
      damaged.put(StoreFormat.directory(number) + "/pages", pages);
      damaged.put(
          StoreFormat.directory(number) + "/index", IndexBytes.withBlockChecks(index, pages));
      requireNothingReadWrong(small, damaged, "generation " + number);
    }
  }

  /** Somebody who wants harm makes the checksum right. */
  @Property(tries = 300)
  void anIndexOfAnyContentIsReadOrRefused(@ForAll long seed, @ForAll Compression compression)
      throws IOException {
    SmallStore small = SmallStore.get(compression);
    Random random = new Random(seed);
    for (int i = 0; i < DAMAGES; i++) {
      Map<String, byte[]> damaged = new HashMap<>(small.files());
      String file = StoreFormat.directory(1 + random.nextInt(5)) + "/index";
      byte[] index = small.file(file);
      for (int j = random.nextInt(3); j >= 0; j--) {
        index[8 + random.nextInt(index.length - 12)] = (byte) random.nextInt(-3, 20);
      }
      damaged.put(file, IndexBytes.withChecksum(index));
      requireNothingElseThrown(damaged);
    }
  }

  private static void requireNothingElseThrown(Map<String, byte[]> files) throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      directory.write(files);
      StoreVerifier.verify(directory.store());
      try (SnapshotStore store = SnapshotStore.open(directory.store())) {
        for (Generation generation : store.generations()) {
          assertThat(generation.ranges().toString()).isNotEmpty();
        }
        SmallStore.readAll(
            store,
            (of, reader, vpn) -> {
              try {
                reader.read(vpn, ByteBuffer.allocate(StoreFormat.MOST_PAGE));
              } catch (SavedException e) {
                assertThat(e).hasMessageNotContaining("\n");
              }
            });
      }
    }
  }

  /** A page's checksum finds where its bytes may be; only they say that it is the same. */
  @Test
  void pagesAreTheSameOnlyIfTheirBytesAre() throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      ModelStore model = new ModelStore();
      Path pages;
      try (SnapshotStore store = SnapshotStore.create(directory.store(), CrashingFiles.never())) {
        model.write(store, new Plan(-1, 2, Collections.nCopies(20, 1)));
        pages = directory.store().resolve(StoreFormat.directory(1)).resolve("pages");
      }
      Files.write(pages, flip(Files.readAllBytes(pages), 3));
      try (SnapshotStore store = SnapshotStore.create(directory.store(), CrashingFiles.never())) {
        GenerationCounts counts =
            new ModelStore().write(store, new Plan(-1, 2, Collections.nCopies(20, 1)));
        assertThat(counts.same()).isZero();
        assertThat(counts.stored()).isEqualTo(12);
      }
    }
  }
}
