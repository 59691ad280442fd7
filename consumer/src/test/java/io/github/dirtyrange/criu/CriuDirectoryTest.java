package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What CRIU wrote is read as it was. */
class CriuDirectoryTest {

  /** An image of CRIU 4.2: three pages at 0x7f0000000000. */
  private static final String GOLDEN =
      "1943565425400856" + "020000000801" + "0e000000" + "088080808080e01f100320042803";

  private static final long GOLDEN_VPN = 0x7f0000000L;

  @Property(tries = 200)
  void aRandomChainIsReadAsItWasWritten(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int generations) throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain model = ModelChain.write(seed, folder.at(""), generations);
      try (CriuDirectory chain = CriuDirectory.open(folder.at("d" + generations))) {
        assertThat(chain.damaged()).isEmpty();
        assertThat(chain.memories()).hasSameSizeAs(model.memories());
        for (int i = 0; i < model.memories().size(); i++) {
          ModelChain.Memory expected = model.memories().get(i);
          CriuMemory memory = chain.memories().get(i);
          assertThat(memory.title())
              .isEqualTo(
                  "generation %d (d%d), process %d",
                  expected.generation(), expected.generation(), expected.pid());
          ModelChain.requireSame(expected, memory);
        }
      }
      assertThat(CriuVerifier.verify(folder.at("d" + generations))).isEmpty();
    }
  }

  /** Of one directory, so that a comparison need not read what two generations share. */
  @Property(tries = 100)
  void pagesAtOnePlaceAreEqual(@ForAll long seed) throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain model = ModelChain.write(seed, folder.at(""), 4);
      try (CriuDirectory chain = CriuDirectory.open(folder.at("d4"))) {
        Map<Long, Integer> byPlace = new HashMap<>();
        for (int i = 0; i < model.memories().size(); i++) {
          CriuReader reader = chain.memories().get(i).pages();
          for (Map.Entry<Long, Integer> page : model.memories().get(i).contents().entrySet()) {
            Integer known = byPlace.putIfAbsent(reader.place(page.getKey()), page.getValue());
            assertThat(known == null || known.equals(page.getValue())).isTrue();
          }
          for (long vpn : model.memories().get(i).nothing()) {
            assertThat(reader.place(vpn)).isEqualTo(CriuReader.NOWHERE);
          }
        }
      }
    }
  }

  @Test
  void bytesThatCriuWroteAreRead() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      Path file = Files.write(folder.at("pagemap-1.img"), HexFormat.of().parseHex(GOLDEN));
      Pagemap pagemap = PagemapImage.read(file);
      assertThat(pagemap.pagesFile()).isEqualTo("pages-1.img");
      assertThat(pagemap.size()).isEqualTo(1);
      assertThat(pagemap.start(0)).isEqualTo(GOLDEN_VPN);
      assertThat(pagemap.end(0)).isEqualTo(GOLDEN_VPN + 3);
      assertThat(pagemap.pageClass(0)).isEqualTo(PageClass.DATA);
    }
  }

  @Test
  void pagesThatNoImageNamesAreWhatTheirMappingSays() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ImageBytes file =
          ImageBytes.message()
              .number(1, 1)
              .number(2, 5)
              .field(3, ImageBytes.message().number(1, 5).text(6, "/usr/bin/cat"));
      new SmallImages(folder.at("d"), SmallImages.Style.NEW)
          .write("files.img", ImageBytes.image(ImageBytes.COMMON, ImageBytes.FILES).record(file))
          .pages(9, 1, List.of(new SmallImages.Run(11, 1, SmallImages.PRESENT)), 3)
          .mappings(
              9,
              40,
              List.of(
                  new SmallImages.Area(10, 13, 1 | 1 << 6, 5),
                  new SmallImages.Area(20, 22, 1 | 1 << 8, 77),
                  new SmallImages.Area(22, 24, 1 | 1 << 5 | 1 << 9, 0),
                  new SmallImages.Area(38, 41, 1 | 1 << 9, 0)));
      try (CriuDirectory directory = CriuDirectory.open(folder.at("d"))) {
        CriuMemory memory = directory.memories().get(0);
        assertThat(memory.mappings())
            .extracting(SavedMapping::name)
            .containsExactly("/usr/bin/cat", "[shared memory 77]", "[heap]", "[stack]");
        assertThat(memory.mappings().get(0).offset()).isEqualTo(8192);
        assertThat(memory.saved())
            .containsExactly(
                new SavedRange(10, 11, PageClass.FILE),
                new SavedRange(11, 12, PageClass.DATA),
                new SavedRange(12, 13, PageClass.FILE),
                new SavedRange(20, 22, PageClass.UNREAD),
                new SavedRange(22, 24, PageClass.NOTHING),
                new SavedRange(38, 41, PageClass.NOTHING));
      }
    }
  }

  @Test
  void pagesInNoMappingAreNotLost() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      new SmallImages(folder.at("d"), SmallImages.Style.MIDDLE)
          .pages(9, 1, List.of(new SmallImages.Run(8, 6, SmallImages.PRESENT)), 1, 2, 3, 4, 5, 6)
          .mappings(9, 0, List.of(SmallImages.Area.of(9, 11), SmallImages.Area.of(11, 13)));
      try (CriuDirectory directory = CriuDirectory.open(folder.at("d"))) {
        CriuMemory memory = directory.memories().get(0);
        assertThat(memory.saved())
            .containsExactly(
                new SavedRange(8, 9, PageClass.DATA),
                new SavedRange(9, 11, PageClass.DATA),
                new SavedRange(11, 13, PageClass.DATA),
                new SavedRange(13, 14, PageClass.DATA));
        ByteBuffer page = ByteBuffer.allocate(4096);
        memory.pages().read(13, page);
        assertThat(page.array()).isEqualTo(SmallImages.page(6));
      }
    }
  }

  @Test
  void memoryThatProcessesShareIsNamed() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      SmallImages images = new SmallImages(folder.at("d"), SmallImages.Style.NEW);
      images.pages(9, 1, List.of());
      images.pages(33, 2, List.of(new SmallImages.Run(0, 2, SmallImages.PRESENT)), 1, 2);
      Files.move(folder.at("d/pagemap-33.img"), folder.at("d/pagemap-shmem-33.img"));
      try (CriuDirectory directory = CriuDirectory.open(folder.at("d"))) {
        assertThat(directory.memories()).hasSize(1);
        assertThat(directory.notShown())
            .containsExactly(
                "generation 1 (d): pagemap-shmem-33.img is not shown: memory that processes"
                    + " share, 2 pages stored");
      }
    }
  }

  @Test
  void pagesToBeFetchedLaterHaveNoBytes() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      new SmallImages(folder.at("d"), SmallImages.Style.NEW)
          .pages(9, 1, List.of(new SmallImages.Run(8, 2, SmallImages.LAZY)));
      try (CriuDirectory directory = CriuDirectory.open(folder.at("d"))) {
        ByteBuffer page = ByteBuffer.allocate(4096);
        assertThat(directory.memories().get(0).pages().read(9, page)).isEqualTo(PageClass.UNREAD);
        assertThat(page.position()).isZero();
      }
    }
  }

  @Test
  void aLoopOfParentsIsRefusedAndNamed() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain.write(1, folder.at(""), 3);
      Files.createSymbolicLink(folder.at("d1/parent"), Path.of("../d3"));
      assertThatThrownBy(() -> CriuDirectory.open(folder.at("d3")))
          .isInstanceOfSatisfying(
              SavedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_PARENT))
          .hasMessageContaining("its parents lead back to " + folder.at("d3"));
      assertThat(CriuVerifier.verify(folder.at("d2"))).hasSize(1);
    }
  }

  @Test
  void aParentThatIsNoLinkIsNotFollowed() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain.write(1, folder.at(""), 1);
      Files.createDirectory(folder.at("d1/parent"));
      try (CriuDirectory directory = CriuDirectory.open(folder.at("d1"))) {
        assertThat(directory.damaged())
            .singleElement()
            .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.NO_PARENT))
            .satisfies(fault -> assertThat(fault.sentence()).contains("is no symbolic link"));
      }
    }
  }

  /** An image may be a link to what somebody else wants to have read. */
  @Test
  void imagesThatAreLinksAreNotFollowed() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain.write(1, folder.at(""), 1);
      Files.move(folder.at("d1/pages-8.img"), folder.at("elsewhere"));
      Files.createSymbolicLink(folder.at("d1/pages-8.img"), folder.at("elsewhere"));
      try (CriuDirectory directory = CriuDirectory.open(folder.at("d1"))) {
        CriuMemory memory = directory.memories().get(0);
        long vpn = memory.pagemap().start(0);
        assertThatThrownBy(() -> memory.pages().read(vpn, ByteBuffer.allocate(4096)))
            .isInstanceOf(SavedException.class)
            .hasMessageContaining("pages-8.img is missing");
      }
    }
  }

  @Test
  void whatIsNoDirectoryOfCriuIsRefused() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      Files.createDirectory(folder.at("empty"));
      assertThat(CriuDirectory.isOne(folder.at("empty"))).isFalse();
      assertThat(CriuDirectory.isOne(folder.at("nothing"))).isFalse();
      for (String name : List.of("empty", "nothing")) {
        assertThatThrownBy(() -> CriuDirectory.open(folder.at(name)))
            .isInstanceOfSatisfying(
                SavedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_STORE))
            .hasMessageContaining(name);
      }
      ModelChain.write(1, folder.at(""), 1);
      assertThat(CriuDirectory.isOne(folder.at("d1"))).isTrue();
    }
  }

  @Test
  void whatIsNotMappedIsSaidSo() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain.write(1, folder.at(""), 1);
      try (CriuDirectory directory = CriuDirectory.open(folder.at("d1"))) {
        assertThatThrownBy(() -> directory.memories().get(0).pages().place(999))
            .isInstanceOfSatisfying(
                SavedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_MAPPED));
      }
    }
  }
}
