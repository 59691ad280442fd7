package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is written is read back, and has the bytes that CRIU would have written. */
class CriuExportTest {

  private static final CriuExport EXPORT = new CriuExport(7, UnknownPages.REFUSED);

  /** The same three pages as CRIU 4.2 writes them, in both counts. */
  @Test
  void theBytesAreThoseOfTheCookbook() throws IOException {
    SmallMemory memory =
        SmallMemory.of(0x7f0000000L, PageClass.DATA, PageClass.DATA, PageClass.DATA);
    try (TestFolder folder = new TestFolder()) {
      EXPORT.write(memory, folder.at("out"));
      assertThat(HexFormat.of().formatHex(Files.readAllBytes(folder.at("out/pagemap-7.img"))))
          .isEqualTo(
              "1943565425400856" + "020000000801" + "0e000000" + "088080808080e01f100320042803");
      assertThat(Files.size(folder.at("out/pages-1.img"))).isEqualTo(3 * 4096);
    }
  }

  @Property(tries = 100)
  void aChainIsReadBackAsItWas(@ForAll long seed) throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain model = ModelChain.write(seed, folder.at(""), 4);
      try (CriuDirectory source = CriuDirectory.open(folder.at("d4"))) {
        List<CriuMemory> chain =
            source.memories().stream().filter(each -> each.pid() == 7).toList();
        List<Exported> written = EXPORT.writeChain(chain, folder.at("out"));
        assertThat(CriuVerifier.verify(folder.at("out/4"))).isEmpty();
        try (CriuDirectory copy = CriuDirectory.open(folder.at("out/4"))) {
          List<ModelChain.Memory> expected =
              model.memories().stream().filter(each -> each.pid() == 7).toList();
          assertThat(copy.memories()).hasSize(4);
          for (int i = 0; i < expected.size(); i++) {
            CriuMemory memory = copy.memories().get(i);
            ModelChain.requireSame(expected.get(i), memory);
            assertThat(memory.storedPages()).isEqualTo(chain.get(i).storedPages());
            assertThat(written.get(i).written()).isEqualTo(memory.storedPages());
            assertThat(written.get(i).directory()).isEqualTo(memory.directory());
          }
        }
      }
    }
  }

  @Property(tries = 60)
  void oneGenerationIsReadBackWithAllItsPages(@ForAll long seed) throws IOException {
    try (TestFolder folder = new TestFolder()) {
      ModelChain model = ModelChain.write(seed, folder.at(""), 3);
      try (CriuDirectory source = CriuDirectory.open(folder.at("d3"))) {
        int last = source.memories().size() - 1;
        new CriuExport(99, UnknownPages.REFUSED)
            .write(source.memories().get(last), folder.at("out"));
        assertThat(folder.at("out/parent")).doesNotExist();
        try (CriuDirectory copy = CriuDirectory.open(folder.at("out"))) {
          assertThat(copy.memories().get(0).pid()).isEqualTo(99);
          ModelChain.requireSame(model.memories().get(last), copy.memories().get(0));
        }
        assertThat(CriuVerifier.verify(folder.at("out"))).isEmpty();
      }
    }
  }

  @Test
  void eachClassOfPageIsWrittenAsCriuHasIt() throws IOException {
    SmallMemory memory =
        SmallMemory.of(
            16,
            PageClass.DATA,
            PageClass.ZERO,
            PageClass.NOTHING,
            PageClass.SAME,
            PageClass.FILE,
            PageClass.ZERO,
            PageClass.ZERO);
    try (TestFolder folder = new TestFolder()) {
      Exported exported = EXPORT.write(memory, folder.at("out"));
      assertThat(exported).isEqualTo(new Exported(folder.at("out"), 5, 0, 0));
      try (CriuDirectory copy = CriuDirectory.open(folder.at("out"))) {
        CriuMemory read = copy.memories().get(0);
        assertThat(read.saved())
            .containsExactly(
                new SavedRange(16, 18, PageClass.DATA),
                new SavedRange(18, 19, PageClass.NOTHING),
                new SavedRange(19, 20, PageClass.DATA),
                new SavedRange(20, 21, PageClass.NOTHING),
                new SavedRange(21, 23, PageClass.DATA));
        for (long vpn : new long[] {16, 17, 19, 21, 22}) {
          ByteBuffer page = ByteBuffer.allocate(4096);
          read.pages().read(vpn, page);
          ByteBuffer expected = ByteBuffer.allocate(4096);
          memory.pages().read(vpn, expected);
          assertThat(page.array()).as("page %d", vpn).isEqualTo(expected.array());
        }
      }
    }
  }

  @Test
  void pagesThatAreNotKnownAreRefusedOrLeftOut() throws IOException {
    for (PageClass unknown : List.of(PageClass.UNREAD, PageClass.SWAPPED)) {
      SmallMemory memory = SmallMemory.of(16, PageClass.DATA, unknown, unknown, PageClass.DATA);
      try (TestFolder folder = new TestFolder()) {
        assertThatThrownBy(() -> EXPORT.write(memory, folder.at("out")))
            .isInstanceOfSatisfying(
                UnknownPageException.class, e -> assertThat(e.vpn()).isEqualTo(17))
            .hasMessageContaining("small, [heap]: page 0x11");
        assertThat(folder.names()).isEmpty();
        Exported exported =
            new CriuExport(7, UnknownPages.LEFT_OUT).write(memory, folder.at("out"));
        assertThat(exported).isEqualTo(new Exported(folder.at("out"), 2, 0, 2));
      }
    }
  }

  /** Else no process could be exported without a word more. */
  @Test
  void theKernelsOwnPagesNeedNotBeKnown() throws IOException {
    SmallMemory memory =
        new SmallMemory(
            List.of(
                new SavedMapping(16, 18, 1, 0, 0, 0, "[vvar]"),
                new SavedMapping(18, 19, 4, 0, 0, 0, "[vsyscall]")),
            List.of(
                new SavedRange(16, 18, PageClass.UNREAD),
                new SavedRange(18, 19, PageClass.UNREAD)));
    try (TestFolder folder = new TestFolder()) {
      assertThat(EXPORT.write(memory, folder.at("out")))
          .isEqualTo(new Exported(folder.at("out"), 0, 0, 0));
    }
  }

  @Test
  void whatIsThereIsNotReplaced() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      for (String name : List.of("directory", "file", "link")) {
        Files.createDirectories(folder.at("directory"));
        Files.writeString(folder.at("file"), "mine");
        Files.deleteIfExists(folder.at("link"));
        Files.createSymbolicLink(folder.at("link"), Path.of("nowhere"));
        assertThatThrownBy(() -> EXPORT.write(SmallMemory.of(16), folder.at(name)))
            .isInstanceOfSatisfying(
                SavedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_STORE))
            .hasMessageContaining("is there already");
      }
      assertThat(folder.names()).containsExactlyInAnyOrder("directory", "file", "link");
    }
  }

  /** Memory that cannot be read in the middle leaves nothing behind. */
  @Test
  void itIsThereWholeOrNotAtAll() throws IOException {
    SmallMemory broken = SmallMemory.of(16, PageClass.DATA, PageClass.DATA, PageClass.PARENT);
    try (TestFolder folder = new TestFolder()) {
      assertThatThrownBy(() -> EXPORT.write(broken, folder.at("out")))
          .isInstanceOf(SavedException.class)
          .hasMessageContaining("no parent");
      assertThatThrownBy(
              () -> EXPORT.writeChain(List.of(SmallMemory.of(16), broken), folder.at("out")))
          .isInstanceOf(SavedException.class);
      assertThat(folder.names()).isEmpty();
    }
  }

  @Test
  void aFolderThatIsNotThereIsSaidSo() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      assertThatThrownBy(() -> EXPORT.write(SmallMemory.of(16), folder.at("no/such")))
          .isInstanceOfSatisfying(
              SavedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DISK))
          .hasMessageContaining("no/such cannot be written");
    }
  }

  @Test
  void nobodyElseMayReadIt() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      SmallMemory memory = SmallMemory.of(16, PageClass.DATA);
      EXPORT.writeChain(List.of(memory, memory), folder.at("out"));
      try (Stream<Path> paths = Files.walk(folder.at("out"))) {
        for (Path path : paths.filter(path -> !Files.isSymbolicLink(path)).toList()) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
              .as(path.toString())
              .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
        }
      }
      assertThat(Files.readSymbolicLink(folder.at("out/2/parent"))).isEqualTo(Path.of("../1"));
    }
  }

  @Test
  void mappingsKeepTheirNames() throws IOException {
    List<SavedMapping> mappings =
        List.of(
            new SavedMapping(16, 18, 5, 4096, 1, 2, "/usr/bin/cat"),
            new SavedMapping(18, 19, 3, 0, 0, 0, "[heap]"),
            new SavedMapping(20, 21, 3, 0, 0, 0, ""),
            new SavedMapping(21, 22, 11, 8192, 1, 3, "/tmp/shared"),
            new SavedMapping(30, 31, 3, 0, 0, 0, "[stack]"),
            new SavedMapping(40, 41, 5, 0, 0, 0, "[vdso]"));
    try (TestFolder folder = new TestFolder()) {
      EXPORT.write(new SmallMemory(mappings, List.of()), folder.at("out"));
      try (CriuDirectory copy = CriuDirectory.open(folder.at("out"))) {
        assertThat(copy.memories().get(0).mappings())
            .usingRecursiveFieldByFieldElementComparatorIgnoringFields("device", "inode")
            .isEqualTo(mappings);
      }
    }
  }

  @Test
  void pagesOfAnotherSizeAreRefused() throws IOException {
    SavedMemory memory = new SmallMemory(List.of(), List.of(), 16_384);
    try (TestFolder folder = new TestFolder()) {
      assertThatThrownBy(() -> EXPORT.write(memory, folder.at("out")))
          .isInstanceOf(SavedException.class)
          .hasMessageContaining("pages of 16384 bytes");
    }
  }
}
