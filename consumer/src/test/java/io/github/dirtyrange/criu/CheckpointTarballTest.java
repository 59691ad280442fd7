package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

/** Tarballs as podman makes them, and as somebody makes them who wants harm. */
class CheckpointTarballTest {

  private static final String LEFT = "dirtyrange-criu-";

  /** Builds a tarball. */
  private static final class Tar {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

    private Tar() {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    }

    private Tar file(String name, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    }

    /** Adds the name of the entry that follows, as GNU's tar does. */
    private Tar longName(byte[] name) throws IOException {
      TarArchiveEntry entry =
          new TarArchiveEntry(TarConstants.GNU_LONGLINK, TarConstants.LF_GNUTYPE_LONGNAME);
      entry.setSize(name.length);
      tar.putArchiveEntry(entry);
      tar.write(name);
      tar.closeArchiveEntry();
      return this;
    }

    private Tar link(String name, String target, byte kind) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, kind);
      entry.setLinkName(target);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
      return this;
    }

    private Tar images(TestFolder folder, String from, String to) throws IOException {
      for (Map.Entry<String, byte[]> file : folder.files().entrySet()) {
        if (file.getKey().startsWith(from + "/")) {
          file(to + file.getKey().substring(from.length()), file.getValue());
        }
      }
      return this;
    }

    private byte[] bytes() throws IOException {
      tar.finish();
      return bytes.toByteArray();
    }
  }

  /** {@return a checkpoint with what was dumped before it, and what else podman adds} */
  private static byte[] podman(TestFolder folder, long seed) throws IOException {
    ModelChain.write(seed, folder.at(""), 2);
    return new Tar()
        .file("config.dump", new byte[100])
        .file("rootfs-diff.tar", new byte[100_000])
        .images(folder, "d1", "pre-checkpoint")
        .link("checkpoint/parent", "../pre-checkpoint", TarConstants.LF_SYMLINK)
        .images(folder, "d2", "checkpoint")
        .bytes();
  }

  private static Set<String> extracted() throws IOException {
    try (Stream<Path> paths = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(LEFT))
          .collect(Collectors.toSet());
    }
  }

  @Property(tries = 30)
  void whatPodmanMakesIsRead(@ForAll long seed) throws IOException {
    try (TestFolder folder = new TestFolder()) {
      byte[] tar = podman(folder, seed);
      ModelChain model = ModelChain.write(seed, folder.at("again"), 2);
      for (String ending : List.of("tar", "tar.gz", "tar.zst")) {
        Path tarball = folder.at("c." + ending);
        Files.write(tarball, compressed(tar, ending));
        assertThat(CheckpointTarball.isOne(tarball)).isTrue();
        assertThat(CheckpointTarball.verify(tarball)).isEmpty();
        try (CheckpointTarball open = CheckpointTarball.open(tarball)) {
          assertThat(open.memories()).hasSameSizeAs(model.memories());
          for (int i = 0; i < model.memories().size(); i++) {
            ModelChain.requireSame(model.memories().get(i), open.memories().get(i));
          }
        }
      }
    }
  }

  private static byte[] compressed(byte[] bytes, String ending) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressor = compressor(out, ending)) {
      compressor.write(bytes);
    }
    return out.toByteArray();
  }

  private static OutputStream compressor(OutputStream out, String ending) throws IOException {
    return switch (ending) {
      case "tar.gz" -> new GZIPOutputStream(out);
      case "tar.zst" -> new ZstdOutputStream(out);
      default -> out;
    };
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      Path tarball = Files.write(folder.at("c.tar"), podman(folder, 3));
      Set<String> before = extracted();
      try (CheckpointTarball open = CheckpointTarball.open(tarball)) {
        assertThat(open.directory()).isEqualTo(tarball);
        Set<String> made = new HashSet<>(extracted());
        made.removeAll(before);
        assertThat(made).isNotEmpty();
      }
      Files.write(tarball, Arrays.copyOf(Files.readAllBytes(tarball), 120_000));
      assertThatThrownBy(() -> CheckpointTarball.open(tarball)).isInstanceOf(SavedException.class);
      assertThat(before).containsAll(extracted());
    }
  }

  /** Podman's export of the second of two checkpoints has the first one in another tarball. */
  @Test
  void aParentInAnotherTarballIsSaidToBeMissing() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      new SmallImages(folder.at("d"), SmallImages.Style.NEW)
          .pages(1, 1, List.of(new SmallImages.Run(10, 2, SmallImages.PARENT)));
      byte[] tar =
          new Tar()
              .link("checkpoint/parent", "../pre-checkpoint", TarConstants.LF_SYMLINK)
              .images(folder, "d", "checkpoint")
              .bytes();
      Path tarball = Files.write(folder.at("c.tar"), tar);
      assertThat(CheckpointTarball.verify(tarball))
          .hasSize(2)
          .allMatch(fault -> fault.kind() == Kind.NO_PARENT)
          .extracting(SavedFault::sentence)
          .noneMatch(sentence -> sentence.contains(LEFT));
    }
  }

  @Test
  void noNameLeadsOutOfTheFolder() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      Path outside = folder.at("outside");
      byte[] tar =
          new Tar()
              .images(written(folder), "d1", "checkpoint")
              .file("checkpoint/../../../../../../../../.." + outside, new byte[10])
              .file("checkpoint/../../pages-1.img", new byte[10])
              .file("checkpoint/x/pages-1.img", new byte[10])
              .link("checkpoint/parent", outside.toString(), TarConstants.LF_SYMLINK)
              .bytes();
      Path tarball = Files.write(folder.at("c.tar"), tar);
      Files.createDirectory(outside);
      try (CheckpointTarball open = CheckpointTarball.open(tarball)) {
        assertThat(open.memories()).extracting(CriuMemory::generation).containsOnly(1);
        assertThat(open.damaged())
            .singleElement()
            .satisfies(fault -> assertThat(fault.sentence()).contains("not-in-the-tarball"));
      }
      try (Stream<Path> files = Files.list(outside)) {
        assertThat(files).isEmpty();
      }
    }
  }

  private static TestFolder written(TestFolder folder) throws IOException {
    ModelChain.write(1, folder.at(""), 1);
    return folder;
  }

  @Test
  void linksThatStandForImagesAreRefused() throws IOException {
    for (byte kind : new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK}) {
      try (TestFolder folder = new TestFolder()) {
        byte[] tar =
            new Tar()
                .images(written(folder), "d1", "checkpoint")
                .link("checkpoint/pages-99.img", "/etc/passwd", kind)
                .bytes();
        Path tarball = Files.write(folder.at("c.tar"), tar);
        assertThatThrownBy(() -> CheckpointTarball.open(tarball))
            .isInstanceOf(SavedException.class)
            .hasMessageContaining("pages-99.img is no plain file in it");
      }
    }
  }

  @Test
  void anImageThatIsThereTwiceIsRefused() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      byte[] tar =
          new Tar()
              .images(written(folder), "d1", "checkpoint")
              .images(folder, "d1", "./checkpoint")
              .bytes();
      Path tarball = Files.write(folder.at("c.tar"), tar);
      assertThatThrownBy(() -> CheckpointTarball.open(tarball))
          .isInstanceOf(SavedException.class)
          .hasMessageContaining("is in it twice");
    }
  }

  /** A name of a gigabyte is a megabyte, compressed. */
  @Test
  void aNameWithoutEndIsRefused() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      byte[] name = new byte[3 << 20];
      Arrays.fill(name, (byte) 'a');
      byte[] tar = new Tar().file("b", new byte[9]).longName(name).file("a", new byte[1]).bytes();
      Path tarball = Files.write(folder.at("c.tar.zst"), compressed(tar, "tar.zst"));
      assertThat(Files.size(tarball)).isLessThan(10_000);
      assertThatThrownBy(() -> CheckpointTarball.open(tarball))
          .isInstanceOf(SavedException.class)
          .hasMessageContaining("more than can be meant");
    }
  }

  @Test
  void whatIsNoCheckpointIsSaidSo() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      Path text = Files.writeString(folder.at("text"), "no tarball".repeat(100));
      Path tarball = folder.at("c.tar");
      Files.write(tarball, new Tar().file("a", new byte[3]).bytes());
      assertThat(CheckpointTarball.isOne(text)).isFalse();
      assertThat(CheckpointTarball.isOne(folder.at("nothing"))).isFalse();
      assertThatThrownBy(() -> CheckpointTarball.open(tarball))
          .isInstanceOfSatisfying(
              SavedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_STORE))
          .hasMessageContaining("c.tar has no images of CRIU under checkpoint/");
      assertThatThrownBy(() -> CheckpointTarball.open(folder.at("nothing")))
          .isInstanceOf(SavedException.class);
    }
  }

  /** How many damages a try makes: 100 for 10,000 in all. */
  private static final int DAMAGES = Integer.getInteger("criu.damage", 2) * 2;

  @Property(tries = 100)
  void damageThrowsNothingElse(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    try (TestFolder folder = new TestFolder()) {
      byte[] tar = podman(folder, seed % 8);
      String ending = List.of("tar", "tar.gz", "tar.zst").get(random.nextInt(3));
      for (int i = 0; i < DAMAGES; i++) {
        byte[] damaged = random.nextBoolean() ? flipped(tar, random) : tar;
        byte[] bytes = compressed(damaged, ending);
        if (damaged == tar) {
          bytes = random.nextBoolean() ? flipped(bytes, random) : cut(bytes, random);
        }
        Path tarball = Files.write(folder.at("c." + ending), bytes);
        CheckpointTarball.isOne(tarball);
        for (SavedFault fault : CheckpointTarball.verify(tarball)) {
          assertThat(fault.sentence()).doesNotContain("\n");
        }
      }
    }
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] flipped = bytes.clone();
    // Headers are where the first bytes of every 512 are.
    int at = random.nextInt(bytes.length);
    flipped[random.nextBoolean() ? at : at / 512 * 512 + at % 8 * 20 % 500] ^=
        (byte) (1 << random.nextInt(8));
    return flipped;
  }

  private static byte[] cut(byte[] bytes, Random random) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }
}
