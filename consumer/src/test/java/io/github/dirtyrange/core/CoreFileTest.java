package io.github.dirtyrange.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.core.MadeMemory.Stretch;
import io.github.dirtyrange.core.ParsedCore.Entry;
import io.github.dirtyrange.core.ParsedCore.Note;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.MadeStore;
import io.github.dirtyrange.store.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Cores of made-up memory, read back by somebody who knows ELF alone. */
class CoreFileTest {

  private static final int PAGE = MadeMemory.PAGE;

  /** What is done with a core. */
  @FunctionalInterface
  private interface Check {
    void of(ParsedCore core) throws IOException;
  }

  private static void written(SavedMemory memory, byte[] notes, Check check) throws IOException {
    Path core = Files.createTempFile("core", "");
    try {
      try (FileChannel out = FileChannel.open(core, StandardOpenOption.WRITE)) {
        CoreFile.write(memory, ByteBuffer.wrap(notes), out);
      }
      try (ParsedCore parsed = new ParsedCore(core)) {
        check.of(parsed);
      }
    } finally {
      Files.delete(core);
    }
  }

  private static void written(SavedMemory memory, Check check) throws IOException {
    written(memory, new byte[0], check);
  }

  @Property(tries = 300)
  void eachPageIsWhereItBelongs(@ForAll("memories") MadeMemory memory) throws IOException {
    written(memory, core -> assertIsRight(memory, core));
  }

  @Provide
  Arbitrary<MadeMemory> memories() {
    Arbitrary<PageClass> classes =
        Arbitraries.of(PageClass.values()).filter(each -> each != PageClass.PARENT);
    Arbitrary<Long> pages =
        Arbitraries.longs()
            .between(1, 2 * SegmentCursor.MOST_ZEROS)
            .edgeCases(edges -> edges.none());
    Arbitrary<Stretch> stretch = Combinators.combine(classes, pages).as(Stretch::new);
    Arbitrary<List<Stretch>> mapping = stretch.list().ofMinSize(1).ofMaxSize(6);
    Arbitrary<String> name = Arbitraries.of("", "[heap]", "/usr/lib/a.so", "/b (deleted)");
    return Combinators.combine(mapping, name, mapping, name, Arbitraries.integers().between(0, 1))
        .as(
            (first, firstName, second, secondName, gap) -> {
              MadeMemory low = MadeMemory.of(0x100, firstName, first);
              long end = low.mappings().get(0).endVpn();
              return low.and(MadeMemory.of(end + gap, secondName, second));
            });
  }

  private static void assertIsRight(SavedMemory memory, ParsedCore core) throws IOException {
    assertAreInOrder(core);
    for (SavedRange range : memory.saved()) {
      SavedMapping mapping =
          memory.mappings().stream()
              .filter(
                  each -> each.startVpn() <= range.startVpn() && range.endVpn() <= each.endVpn())
              .findFirst()
              .orElseThrow();
      for (long vpn = range.startVpn(); vpn < range.endVpn(); vpn++) {
        assertIsRight(range.pageClass(), mapping, vpn, core);
      }
    }
  }

  private static void assertAreInOrder(ParsedCore core) throws IOException {
    long address = 0;
    long at = 0;
    for (Entry segment : core.segments()) {
      assertThat(segment.type()).isEqualTo(1);
      assertThat(segment.address()).isGreaterThanOrEqualTo(address);
      assertThat(segment.at()).isGreaterThanOrEqualTo(at);
      assertThat(segment.at() % PAGE).isZero();
      assertThat(segment.align()).isEqualTo(PAGE);
      assertThat(segment.bytes()).isPositive().isGreaterThanOrEqualTo(segment.fileBytes());
      assertThat(segment.flags()).isEqualTo(1 | 4);
      address = segment.address() + segment.bytes();
      at = segment.at() + segment.fileBytes();
      assertThat(at).isLessThanOrEqualTo(core.bytes());
    }
  }

  private static void assertIsRight(
      PageClass pageClass, SavedMapping mapping, long vpn, ParsedCore core) throws IOException {
    long address = vpn * PAGE;
    List<Entry> holding =
        core.segments().stream().filter(segment -> segment.holds(address)).toList();
    if (pageClass == PageClass.UNREAD || pageClass == PageClass.SWAPPED) {
      assertThat(holding).isEmpty();
      return;
    }
    assertThat(holding).hasSize(1);
    Entry segment = holding.get(0);
    boolean inFile = address - segment.address() < segment.fileBytes();
    if (pageClass == PageClass.FILE) {
      assertThat(inFile).isFalse();
      return;
    }
    byte[] expected =
        pageClass == PageClass.DATA || pageClass == PageClass.SAME
            ? MadeMemory.bytes(vpn)
            : new byte[PAGE];
    // Where a file is named, a debugger takes what is not in the core from there.
    assertThat(inFile || (!mapping.name().startsWith("/") && isZero(expected))).isTrue();
    if (inFile) {
      long at = segment.at() + address - segment.address();
      assertThat(core.read(at, PAGE).array()).isEqualTo(expected);
    }
  }

  private static boolean isZero(byte[] bytes) {
    for (byte each : bytes) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  /** Pages unchanged since a parent are what that says. */
  @Property(tries = 50)
  void generationsOfATreeAreWhatTheyWereTold(@ForAll("trees") List<Plan> plans) throws IOException {
    try (MadeStore made = MadeStore.of(plans)) {
      for (Generation generation : made.store().generations()) {
        written(generation, core -> assertHolds(generation, core));
      }
    }
  }

  @Provide
  Arbitrary<List<Plan>> trees() {
    return Plan.programs();
  }

  private static void assertHolds(Generation generation, ParsedCore core) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(Plan.PAGE);
    for (SavedMapping mapping : generation.mappings()) {
      for (long vpn = mapping.startVpn(); vpn < mapping.endVpn(); vpn++) {
        PageClass pageClass = generation.read(vpn, page.clear());
        long address = vpn * Plan.PAGE;
        List<Entry> holding =
            core.segments().stream().filter(segment -> segment.holds(address)).toList();
        boolean known = pageClass.hasBytes() || pageClass == PageClass.NOTHING;
        assertThat(holding).hasSize(known || pageClass == PageClass.FILE ? 1 : 0);
        if (pageClass.hasBytes() && !isZero(page.array())) {
          long at = holding.get(0).at() + address - holding.get(0).address();
          assertThat(core.read(at, Plan.PAGE).array()).isEqualTo(page.array());
        }
      }
    }
  }

  @Example
  void aHugeReservationTakesNoRoom() throws IOException {
    long pages = 1L << 45;
    MadeMemory memory =
        MadeMemory.of(
            16,
            "",
            new Stretch(PageClass.DATA, 1),
            new Stretch(PageClass.NOTHING, pages),
            new Stretch(PageClass.DATA, 1),
            new Stretch(PageClass.NOTHING, pages));
    written(
        memory,
        core -> {
          assertThat(core.segments()).hasSize(2);
          assertThat(core.segments()).allMatch(segment -> segment.fileBytes() == PAGE);
          assertThat(core.segments()).allMatch(segment -> segment.bytes() == (pages + 1) * PAGE);
          assertThat(core.bytes()).isLessThan(1000);
        });
  }

  @Example
  void aHoleAtTheEndOfAFilesMappingIsInTheCore() throws IOException {
    MadeMemory memory =
        MadeMemory.of(16, "/a", new Stretch(PageClass.DATA, 1), new Stretch(PageClass.ZERO, 1_000));
    written(
        memory,
        core -> {
          Entry only = core.segments().get(0);
          assertThat(only.fileBytes()).isEqualTo(1_001 * PAGE);
          assertThat(core.bytes()).isEqualTo(only.at() + only.fileBytes());
          assertIsRight(memory, core);
        });
  }

  @Example
  void manySegmentsAreCountedInASection() throws IOException {
    for (int count : new int[] {0xffff - 2, 0xffff - 1, 0xffff, 100_000}) {
      List<Stretch> pair =
          List.of(new Stretch(PageClass.FILE, 1), new Stretch(PageClass.UNREAD, 1));
      List<Stretch> stretches = new ArrayList<>(2 * count);
      Collections.nCopies(count, pair).forEach(stretches::addAll);
      written(
          MadeMemory.of(16, "/a", stretches),
          core -> {
            assertThat(core.segments()).hasSize(count);
            assertThat(core.countInHeader()).isEqualTo(Math.min(count + 1, 0xffff));
            assertThat(core.segments().get(count - 1).address())
                .isEqualTo((16 + 2L * (count - 1)) * PAGE);
          });
    }
  }

  @Example
  void filesAreNamedBehindTheNotesThatWereGiven() throws IOException {
    NoteBytes given = new NoteBytes();
    given.add(77, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    MadeMemory memory =
        MadeMemory.of(16, "/a\0é", new Stretch(PageClass.FILE, 2))
            .and(MadeMemory.of(20, "[heap]", new Stretch(PageClass.DATA, 1)))
            .and(MadeMemory.of(24, "/b", new Stretch(PageClass.DATA, 1)));
    written(
        memory,
        given.toBytes(),
        core -> {
          assertThat(core.notes()).extracting(Note::name).containsOnly("CORE");
          assertThat(core.notes()).extracting(Note::type).containsExactly(77, FileNote.NT_FILE);
          assertThat(core.notes().get(0).said()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
          ByteBuffer files = core.notes().get(1).said();
          assertThat(numbers(files, 8))
              .containsExactly(
                  2L, (long) PAGE, 16L * PAGE, 18L * PAGE, 3L, 24L * PAGE, 25L * PAGE, 3L);
          assertThat(StandardCharsets.UTF_8.decode(files).toString()).isEqualTo("/a?é\0/b\0");
          assertThat(core.segments()).hasSize(3);
        });
  }

  private static List<Long> numbers(ByteBuffer bytes, int count) {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(bytes.getLong());
    }
    return numbers;
  }

  @Example
  void emptyMemoryIsACoreAsWell() throws IOException {
    written(
        new MadeMemory(PAGE, List.of(), List.of()),
        core -> {
          assertThat(core.segments()).isEmpty();
          assertThat(core.notes()).isEmpty();
        });
  }

  @Example
  void whatNoFileCanHoldIsRefused() {
    MadeMemory memory =
        MadeMemory.of(
            0, "/a", new Stretch(PageClass.DATA, 1), new Stretch(PageClass.ZERO, (1L << 52) - 1));
    SavedMemory large = new MadeMemory(4096, memory.mappings(), memory.saved());
    assertThatThrownBy(() -> written(large, core -> {}))
        .isInstanceOf(SavedException.class)
        .hasMessage("made-up memory, /a: no file is so long");
  }

  @Example
  void namesThatNoCoreCanSayAreRefused() {
    String name = "/" + "a".repeat(SavedMapping.MOST_NAME_BYTES - 1);
    MadeMemory memory = new MadeMemory(PAGE, List.of(), List.of());
    for (int i = 0; i < 1_100; i++) {
      memory = memory.and(MadeMemory.of(16 + i, name, new Stretch(PageClass.FILE, 1)));
    }
    MadeMemory all = memory;
    assertThatThrownBy(() -> written(all, core -> {}))
        .isInstanceOf(SavedException.class)
        .hasMessageMatching("made-up memory names files in \\d+ bytes, more than a core can");
  }
}
