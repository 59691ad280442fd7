package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault by its name. */
class StoreVerifierTest {

  private static final int NAMES = "[heap]".length() + "/usr/lib/e'.so".length();

  /** Behind a header and two mappings with names. */
  private static final int SOURCES_AT =
      StoreFormat.HEADER_BYTES + 2 * StoreFormat.MAPPING_BYTES + NAMES;

  private final TreeMap<String, byte[]> files;

  StoreVerifierTest() throws IOException {
    files = new TreeMap<>(SmallStore.get().files());
  }

  private byte[] file(String name) {
    return Objects.requireNonNull(files.get(name)).clone();
  }

  private static String index(int number) {
    return StoreFormat.directory(number) + "/index";
  }

  private static String pages(int number) {
    return StoreFormat.directory(number) + "/pages";
  }

  private void change(int number, UnaryOperator<byte[]> change) {
    files.put(index(number), change.apply(file(index(number))));
  }

  private List<SavedFault> verified() throws IOException {
    return verified(files);
  }

  private static List<SavedFault> verified(Map<String, byte[]> files) throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      directory.write(files);
      return StoreVerifier.verify(directory.store());
    }
  }

  private void requireOne(Kind kind, int number, String... words) throws IOException {
    assertThat(verified())
        .filteredOn(fault -> fault.kind() == kind && fault.number().orElse(0) == number)
        .hasSize(1)
        .first()
        .satisfies(fault -> assertThat(fault.sentence()).contains(words));
  }

  @Test
  void nothingIsSaidOfAnUndamagedStore() throws IOException {
    assertThat(verified()).isEmpty();
  }

  @Test
  void aMissingParentIsNamed() throws IOException {
    files.remove(index(2));
    files.remove(pages(2));
    requireOne(Kind.NO_PARENT, 4, "generation 4: its parent", "is missing");
  }

  @Test
  void anotherTrackersParentIsNamed() throws IOException {
    change(3, bytes -> IndexBytes.withLong(bytes, IndexBytes.TRACKER, 5));
    requireOne(Kind.WRONG_PARENT, 3, "cannot follow generation 1", "another tracker");
  }

  @Test
  void changesSinceAnotherEpochThanTheParentsAreNamed() throws IOException {
    change(4, bytes -> IndexBytes.withLong(bytes, IndexBytes.PARENT_EPOCH, 10));
    requireOne(Kind.WRONG_PARENT, 4, "those since epoch 10", "of 11");
  }

  @Test
  void anotherProcesssParentIsNamed() throws IOException {
    change(3, bytes -> IndexBytes.withLong(bytes, IndexBytes.START_TICKS, 100));
    requireOne(Kind.WRONG_PARENT, 3, "another process");
  }

  /** Generation 4 names itself, so that following its parents would never end. */
  @Test
  void aLoopOfParentsIsNamed() throws IOException {
    byte[] four = file(index(4));
    byte[] loop =
        IndexBytes.withLong(four, IndexBytes.PARENT, IndexBytes.getLong(four, IndexBytes.ID));
    long second = IndexBytes.getLong(four, IndexBytes.ID + 8);
    files.put(index(4), IndexBytes.withLong(loop, IndexBytes.PARENT + 8, second));
    requireOne(Kind.WRONG_PARENT, 4, "not older");
  }

  /** Generation 1 ends before its last mapping, so generation 2 has pages from nowhere. */
  @Test
  void aHoleInTheParentIsNamed() throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      try (SnapshotStore store = SnapshotStore.create(directory.store(), CrashingFiles.never())) {
        ModelStore model = new ModelStore();
        model.write(store, new Plan(-1, 2, Collections.nCopies(20, 1)));
        model.write(store, new Plan(0, 2, Collections.nCopies(20, Plan.UNCHANGED)));
      }
      files.clear();
      files.putAll(TestDirectory.files(directory.store()));
    }
    int start = StoreFormat.HEADER_BYTES;
    int range = start + StoreFormat.MAPPING_BYTES + "[heap]".length();
    change(2, bytes -> IndexBytes.withLong(bytes, start + 8, 110));
    change(2, bytes -> IndexBytes.withLong(bytes, range + 8, 14));
    requireOne(Kind.HOLE_IN_PARENT, 2, "generation 2, [heap]: page 0x6c", "since generation 1");
  }

  /** Its page is stored at the fifth place of generation 1, which has five. */
  @Test
  void aPageThatEqualsNothingIsNamed() throws IOException {
    byte[] two = file(index(2));
    int at = firstRangeOf(two, PageClass.SAME);
    files.put(index(2), IndexBytes.withLong(two, at + 24, 5));
    requireOne(Kind.SAME_NOWHERE, 2, "which is without such a page");
  }

  /** Bytes are looked up in what is older, so that no link leads in a circle. */
  @Test
  void aPageThatEqualsANewerOneIsNamed() throws IOException {
    byte[] two = file(index(2));
    byte[] five = file(index(5));
    int sources = SOURCES_AT;
    byte[] changed = IndexBytes.withLong(two, sources, IndexBytes.getLong(five, IndexBytes.ID));
    files.put(
        index(2),
        IndexBytes.withLong(changed, sources + 8, IndexBytes.getLong(five, IndexBytes.ID + 8)));
    assertThat(verified())
        .filteredOn(fault -> fault.kind() == Kind.SAME_NOWHERE)
        .isNotEmpty()
        .allSatisfy(fault -> assertThat(fault.sentence()).contains("which is newer"));
  }

  private static int firstRangeOf(byte[] index, PageClass pageClass) {
    int at = SOURCES_AT + IndexBytes.getInt(index, IndexBytes.SOURCES) * StoreFormat.ID_BYTES;
    while (index[at + 16] != pageClass.code()) {
      at += StoreFormat.RANGE_BYTES;
    }
    return at;
  }

  @Test
  void rangesThatOverlapOrLeaveAGapAreNamed() throws IOException {
    byte[] one = file(index(1));
    int range = SOURCES_AT + IndexBytes.getInt(one, IndexBytes.SOURCES) * StoreFormat.ID_BYTES;
    files.put(index(1), IndexBytes.withLong(one, range + StoreFormat.RANGE_BYTES, 102));
    requireOne(Kind.ORDER, 1, "page 0x66 does not begin at 0x67, where it must");
    files.put(index(1), IndexBytes.withLong(one, StoreFormat.HEADER_BYTES + 8, 111));
    requireOne(Kind.ORDER, 1, "the mapping at page 0x6e begins before the end of the one before");
  }

  /** What is said in one way only can be compared. */
  @Test
  void rangesThatCouldBeOneAreNamed() throws IOException {
    byte[] one = file(index(1));
    one[firstRangeOf(one, PageClass.SWAPPED) + 16] = (byte) PageClass.NOTHING.code();
    files.put(index(1), IndexBytes.withChecksum(one));
    requireOne(Kind.ORDER, 1, "the range at page 0x6a is one with the range before");
  }

  @Test
  void aGenerationThatIsThereTwiceIsNamed() throws IOException {
    files.put(index(6), IndexBytes.withLong(file(index(1)), IndexBytes.NUMBER, 6));
    files.put(pages(6), file(pages(1)));
    requireOne(Kind.DUPLICATE, 6, "cannot be used: it is generation 1");
    files.put(index(6), IndexBytes.withLong(file(index(5)), IndexBytes.ID, 3));
    files.put(pages(6), file(pages(5)));
    requireOne(Kind.DUPLICATE, 6, "it says that it is generation 5");
  }

  @Test
  void pagesOfAnotherLengthAreNamed() throws IOException {
    byte[] longer = Arrays.copyOf(file(pages(1)), file(pages(1)).length + 1);
    files.put(pages(1), longer);
    requireOne(Kind.PAGES, 1, "take 321 bytes, and not 320");
    files.remove(pages(1));
    requireOne(Kind.PAGES, 1, "are missing");
  }

  @Test
  void aDamagedPageIsNamedByItsMappingAndNumber() throws IOException {
    byte[] damaged = file(pages(1));
    damaged[Plan.PAGE + 3] ^= 1;
    files.put(pages(1), damaged);
    requireOne(Kind.CHECKSUM, 1, "generation 1, [heap]: page 0x65 is damaged");
  }

  @Test
  void aGenerationOfANewerVersionIsRefused() throws IOException {
    change(1, bytes -> IndexBytes.withInt(bytes, IndexBytes.VERSION, 2));
    requireOne(Kind.VERSION, 1, "is of version 2; this program reads version 1");
  }

  @Test
  void filesThatAreOpenToOthersAreNamed() throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      directory.write(files);
      Path file = directory.store().resolve(pages(2));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
      assertThat(StoreVerifier.verify(directory.store()))
          .singleElement()
          .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.PERMISSIONS))
          .satisfies(fault -> assertThat(fault.sentence()).contains(file.toString(), "chmod"));
    }
  }

  @Test
  void whatIsNoStoreIsTold() throws IOException {
    try (TestDirectory directory = new TestDirectory()) {
      assertThat(StoreVerifier.verify(directory.store()))
          .singleElement()
          .extracting(SavedFault::kind)
          .isEqualTo(Kind.NO_STORE);
    }
  }

  /** Nothing is unpacked into more room than the pages have, whatever the block says it needs. */
  @Test
  void aBlockThatUnpacksToMoreThanIsDueIsNamed() throws IOException {
    files.clear();
    files.putAll(SmallStore.get(Compression.ZSTD).files());
    byte[] bomb = Zstd.compress(new byte[1 << 20]);
    files.put(index(1), IndexBytes.withOneBlock(file(index(1)), bomb));
    files.put(pages(1), bomb);
    assertThat(verified())
        .filteredOn(fault -> fault.number().orElse(0) == 1)
        .hasSize(5)
        .allSatisfy(fault -> assertThat(fault.kind()).isEqualTo(Kind.CHECKSUM));
    files.put(pages(1), Arrays.copyOf(bomb, bomb.length + 1));
    requireOne(Kind.PAGES, 1, "take " + (bomb.length + 1) + " bytes, and not " + bomb.length);
  }

  /** A count that says more than the file has is refused before anything is allocated for it. */
  @ParameterizedTest
  @CsvSource({
    IndexBytes.MAPPINGS + ",mappings,4",
    IndexBytes.SOURCES + ",generations,4",
    IndexBytes.RANGES + ",ranges,8",
    IndexBytes.CHECKSUMS + ",checksums,8",
    IndexBytes.PARTS + ",files of pages,4",
    IndexBytes.REPLACED + ",generations that it replaced,4"
  })
  void noCountIsBelieved(int at, String what, int width) throws IOException {
    byte[] one = file(index(1));
    files.put(
        index(1),
        width == 4
            ? IndexBytes.withInt(one, at, Integer.MAX_VALUE - 9)
            : IndexBytes.withLong(one, at, Integer.MAX_VALUE - 9));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    verified();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    List<SavedFault> faults = verified();
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(faults.get(0).sentence()).contains("it cannot have 2147483638 " + what);
    assertThat(allocated).isLessThan(8 << 20);
  }
}
