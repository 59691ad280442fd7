package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each way in which a chain breaks is named. */
class CriuVerifierTest {

  private static final int PID = 42;

  private TestFolder folder;

  @BeforeEach
  void open() throws IOException {
    folder = new TestFolder();
  }

  @AfterEach
  void close() throws IOException {
    folder.close();
  }

  private static SmallImages.Run present(long vpn, int pages) {
    return new SmallImages.Run(vpn, pages, SmallImages.PRESENT);
  }

  private static SmallImages.Run parent(long vpn, int pages) {
    return new SmallImages.Run(vpn, pages, SmallImages.PARENT);
  }

  private SmallImages images(String name) throws IOException {
    return new SmallImages(folder.at(name), SmallImages.Style.BOTH);
  }

  /** A dump of pages 10 to 16, whole. */
  private SmallImages base() throws IOException {
    return images("s0")
        .pages(PID, 1, List.of(present(10, 6)), 1, 2, 3, 4, 5, 6)
        .mappings(PID, 12, List.of(SmallImages.Area.of(10, 16)))
        .uptime(1_000_000)
        .stats(6, 0);
  }

  private List<SavedFault> verify(String name) {
    return CriuVerifier.verify(folder.at(name));
  }

  private SavedFault only(String name) {
    List<SavedFault> faults = verify(name);
    assertThat(faults).hasSize(1);
    return faults.get(0);
  }

  @Test
  void aWholeChainHasNoFaults() throws IOException {
    base();
    images("a").parent("../s0").pages(PID, 1, List.of(parent(10, 3), present(13, 1)), 9);
    assertThat(verify("a")).isEmpty();
  }

  /** What CRIU says while it dumps or restores: "Hole not found in parent", "Missing in parent". */
  @Test
  void theClassicHoleIsNamed() throws IOException {
    base();
    images("a")
        .parent("../s0")
        .pages(PID, 1, List.of(parent(14, 2), parent(16, 3), present(20, 1)), 9)
        .mappings(PID, 12, List.of(SmallImages.Area.of(10, 16), SmallImages.Area.of(16, 30)))
        .stats(1, 5);
    SavedFault fault = only("a");
    assertThat(fault.kind()).isEqualTo(Kind.HOLE_IN_PARENT);
    assertThat(fault.number()).hasValue(2);
    assertThat(fault.vpn()).hasValue(16);
    assertThat(fault.mapping()).isEqualTo("an unnamed mapping");
    assertThat(fault.sentence())
        .isEqualTo(
            "generation 2 (a), process 42, an unnamed mapping: page 0x10 and 2 behind it unchanged"
                + " since the parent: hole not found in parent: generation 1 (s0), process 42 has"
                + " no such page");
  }

  /** The parent's entry satisfies CRIU; the bytes are nowhere all the same. */
  @Test
  void aHoleFurtherDownIsNamedInEachGeneration() throws IOException {
    base();
    images("a").parent("../s0").pages(PID, 1, List.of(parent(15, 2)));
    images("b").parent("../a").pages(PID, 1, List.of(parent(15, 2)));
    List<SavedFault> faults = verify("b");
    assertThat(faults).extracting(SavedFault::kind).containsOnly(Kind.HOLE_IN_PARENT);
    assertThat(faults).extracting(fault -> fault.number().getAsLong()).containsExactly(2L, 3L);
    assertThat(faults.get(1).sentence())
        .contains("its bytes are nowhere: generation 2 (a), process 42 has it without any");
  }

  /** S0 + B where S0 + A + B was due: what A alone knew is lost without a word. */
  @Test
  void aDeltaOverTheWrongParentIsNamed() throws IOException {
    base();
    images("a").parent("../s0").uptime(2_000_000).pages(PID, 1, List.of(present(12, 1)), 7);
    images("b").parent("../s0").uptime(3_000_000).pages(PID, 1, List.of(parent(10, 6)));
    SavedFault fault = only("b");
    assertThat(fault.kind()).isEqualTo(Kind.WRONG_PARENT);
    assertThat(fault.sentence())
        .isEqualTo(
            "generation 2 (b) lies over the wrong parent, generation 1 (s0): a was dumped from the"
                + " same parent in between, and pages that changed until then are in it alone");
    Files.delete(folder.at("b/parent"));
    images("b").parent("../a");
    assertThat(verify("b")).extracting(SavedFault::kind).containsOnly(Kind.HOLE_IN_PARENT);
  }

  @Test
  void aParentThatIsNewerIsNamed() throws IOException {
    base();
    images("a").parent("../s0").uptime(900_000).pages(PID, 1, List.of(parent(10, 2)));
    assertThat(only("a").kind()).isEqualTo(Kind.WRONG_PARENT);
    assertThat(only("a").sentence()).contains("it is newer, or of before a restart");
  }

  @Test
  void aParentOfAnotherProcessIsNamed() throws IOException {
    base();
    images("a").parent("../s0").pages(PID + 1, 1, List.of(parent(10, 2)));
    List<SavedFault> faults = verify("a");
    assertThat(faults)
        .extracting(SavedFault::kind)
        .containsExactly(Kind.NO_PARENT, Kind.WRONG_PARENT);
    assertThat(faults.get(0).sentence())
        .contains("its parent, generation 1 (s0), does not have process 43");
    assertThat(faults.get(1).sentence()).contains("the parent has no such process");
  }

  /** In containers all first processes have one number. */
  @Test
  void aParentOfAnotherProgramWithTheSameNumberIsNamed() throws IOException {
    base();
    images("a")
        .parent("../s0")
        .pages(PID, 1, List.of(parent(10, 2)))
        .mappings(PID, 13, List.of(SmallImages.Area.of(10, 16)));
    assertThat(only("a").kind()).isEqualTo(Kind.WRONG_PARENT);
    assertThat(only("a").sentence()).contains("stack at 0xd000, and the parent's at 0xc000");
  }

  @Test
  void aMissingParentIsNamed() throws IOException {
    images("a").parent("../s0").pages(PID, 1, List.of(parent(10, 2)));
    List<SavedFault> faults = verify("a");
    assertThat(faults).extracting(SavedFault::kind).containsOnly(Kind.NO_PARENT);
    assertThat(faults.get(0).sentence()).contains("its parent ../s0 is missing");
    assertThat(faults.get(1).sentence()).contains("there is no parent").contains("0xa");
  }

  @Test
  void aDamagedParentIsNamed() throws IOException {
    base().write("pagemap-42.img", new byte[] {1, 2, 3});
    images("a").parent("../s0").pages(PID, 1, List.of(parent(10, 2)));
    List<SavedFault> faults = verify("a");
    assertThat(faults).extracting(SavedFault::kind).containsExactly(Kind.INDEX, Kind.NO_PARENT);
    assertThat(faults.get(1).sentence()).contains("the pagemap of its parent").contains("damaged");
  }

  @Test
  void entriesThatOverlapAreNamed() throws IOException {
    images("a").pages(PID, 1, List.of(present(10, 3), present(12, 1)), 1, 2, 3, 4);
    assertThat(only("a").kind()).isEqualTo(Kind.ORDER);
    assertThat(only("a").sentence()).contains("record 2, pages 0xc to 0xd").contains("0xd");
  }

  @Test
  void pagesThatAreCutOffAreNamed() throws IOException {
    base().write("pages-1.img", new byte[4096 * 4 + 5]);
    assertThat(only("s0").kind()).isEqualTo(Kind.PAGES);
    assertThat(only("s0").sentence())
        .contains("pages-1.img")
        .endsWith("the first that is cut off: [stack], page 0xe");
  }

  @Test
  void missingImagesAreNamed() throws IOException {
    base();
    Files.delete(folder.at("s0/pages-1.img"));
    assertThat(only("s0").sentence()).contains("pages-1.img, is missing");
    base();
    Files.delete(folder.at("s0/mm-42.img"));
    assertThat(only("s0").sentence()).endsWith("generation 1 (s0): mm-42.img is missing");
    base();
    Files.delete(folder.at("s0/pagemap-42.img"));
    assertThat(verify("s0"))
        .anyMatch(fault -> fault.sentence().equals("generation 1 (s0): pagemap-42.img is missing"));
  }

  private static ImageBytes of(int pid) {
    return ImageBytes.message().number(1, pid);
  }

  @Test
  void aProcessThatHadEndedHasNoMemory() throws IOException {
    base();
    ImageBytes core = ImageBytes.message().field(3, ImageBytes.message().number(1, 6));
    ImageBytes image = ImageBytes.image(ImageBytes.COMMON, ImageBytes.PSTREE);
    images("s0")
        .write("pstree.img", image.record(of(PID)).record(of(77)))
        .write("core-77.img", ImageBytes.image(ImageBytes.COMMON, ImageBytes.CORE).record(core));
    assertThat(verify("s0")).isEmpty();
    Files.delete(folder.at("s0/core-77.img"));
    assertThat(verify("s0")).hasSize(2);
  }

  @Test
  void aProcessThatIsNotNamedIsFound() throws IOException {
    base().write("pstree.img", ImageBytes.image(ImageBytes.COMMON, ImageBytes.PSTREE));
    assertThat(only("s0").sentence()).endsWith("process 42 has memory and is not in pstree.img");
  }

  @Test
  void pagesInNoMappingAreNamed() throws IOException {
    base().mappings(PID, 12, List.of(SmallImages.Area.of(10, 14)));
    assertThat(only("s0").kind()).isEqualTo(Kind.ORDER);
    assertThat(only("s0").sentence()).endsWith("page 0xe and 1 behind it are in no mapping");
  }

  @Test
  void countsThatDoNotAgreeAreNamed() throws IOException {
    base().stats(5, 0);
    assertThat(only("s0").sentence())
        .endsWith("stats-dump counts 5 pages written, and the pagemaps have 6");
    base().stats(6, 1);
    assertThat(only("s0").sentence())
        .endsWith("stats-dump counts 1 pages left to the parent, and the pagemaps have 0");
  }

  @Test
  void wrongNumbersAtTheBeginningAreNamed() throws IOException {
    for (String name : List.of("pagemap-42.img", "mm-42.img", "pstree.img", "stats-dump")) {
      base();
      byte[] bytes = Files.readAllBytes(folder.at("s0").resolve(name));
      bytes[5] ^= 1;
      Files.write(folder.at("s0").resolve(name), bytes);
      assertThat(verify("s0"))
          .as(name)
          .anyMatch(fault -> fault.sentence().contains(name + " is damaged: it does not begin"));
    }
  }

  @Test
  void aThousandHolesAreToldInSomeLines() throws IOException {
    base();
    List<SmallImages.Run> runs =
        IntStream.range(50, 1_050).mapToObj(i -> parent(2L * i, 1)).toList();
    images("a").parent("../s0").pages(PID, 1, runs);
    List<SavedFault> faults = verify("a");
    assertThat(faults).hasSize(101);
    assertThat(faults.get(100).sentence()).contains("1000 pages in 1000 runs have no bytes");
  }

  /** Against a search page by page. */
  @Property(tries = 300)
  void exactlyThePagesWithoutBytesAreFound(@ForAll long seed) {
    Random random = new Random(seed);
    Pagemap before = new Pagemap(1);
    TreeSet<Long> missing = new TreeSet<>();
    Pagemap unresolved = new Pagemap(0);
    for (int generation = 0; generation < 4; generation++) {
      Pagemap now = new Pagemap(1);
      TreeSet<Long> expected = new TreeSet<>();
      for (long vpn = 0; vpn < 40; vpn++) {
        int choice = random.nextInt(8);
        if (choice == 0) {
          continue;
        }
        PageClass is =
            choice == 1 ? PageClass.UNREAD : choice < 4 ? PageClass.DATA : PageClass.PARENT;
        now.add(vpn, vpn + 1, is);
        boolean leansOnNothing = before.find(vpn) < 0 || missing.contains(vpn);
        if (is == PageClass.UNREAD || (is == PageClass.PARENT && leansOnNothing)) {
          expected.add(vpn);
        }
      }
      TreeSet<Long> told = new TreeSet<>();
      unresolved =
          Unresolved.find(now, before, unresolved, (start, end, in) -> addAll(told, start, end));
      TreeSet<Long> found = new TreeSet<>();
      for (int i = 0; i < unresolved.size(); i++) {
        addAll(found, unresolved.start(i), unresolved.end(i));
      }
      assertThat(found).isEqualTo(expected);
      assertThat(expected).containsAll(told);
      before = now;
      missing = expected;
    }
  }

  private static void addAll(Set<Long> to, long start, long end) {
    for (long vpn = start; vpn < end; vpn++) {
      assertThat(to.add(vpn)).isTrue();
    }
  }

  /** What is verified can be read. */
  @Property(tries = 150)
  void whatHasNoFaultsCanBeRead(@ForAll long seed) throws IOException {
    try (TestFolder chains = new TestFolder()) {
      ModelChain.write(seed, chains.at(""), 4);
      Random random = new Random(seed);
      Path link = chains.at("d" + (2 + random.nextInt(3)) + "/parent");
      Files.delete(link);
      if (random.nextBoolean()) {
        Files.createSymbolicLink(link, Path.of("../d1"));
      }
      boolean isFine = CriuVerifier.verify(chains.at("d4")).isEmpty();
      assertThat(readable(chains.at("d4")) || !isFine).isTrue();
    }
  }

  private static boolean readable(Path directory) throws IOException {
    try (CriuDirectory chain = CriuDirectory.open(directory)) {
      for (CriuMemory memory : chain.memories()) {
        for (int i = 0; i < memory.pagemap().size(); i++) {
          for (long vpn = memory.pagemap().start(i); vpn < memory.pagemap().end(i); vpn++) {
            memory.pages().read(vpn, ByteBuffer.allocate(4096));
          }
        }
      }
      return true;
    } catch (SavedException e) {
      return false;
    }
  }
}
