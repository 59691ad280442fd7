package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedRange;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process of this test's own, dumped by CRIU itself: what is read is what {@code /proc/PID/mem}
 * has while the process stands still. {@code -Dcriu=FILE} names another CRIU than the one on the
 * path.
 */
@Timeout(300)
class RealDumpTest {

  private static final String CRIU = System.getProperty("criu", "criu");

  private static int run(Path log, String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
  }

  private static void needsCriu(Path log) throws IOException, InterruptedException {
    int status;
    try {
      status = run(log, CRIU, "check");
    } catch (IOException e) {
      status = -1;
    }
    assumeTrue(status == 0, "criu cannot dump here: criu check fails, or there is no criu");
  }

  @Test
  void whatCriuDumpedIsWhatTheProcessHas() throws IOException, InterruptedException {
    try (TestFolder folder = new TestFolder()) {
      needsCriu(folder.at("log"));
      Files.createDirectory(folder.at("dump"));
      Process sleep =
          new ProcessBuilder("sleep", "1000")
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        String[] dump = {
          CRIU,
          "dump",
          "-t",
          Long.toString(sleep.pid()),
          "-D",
          folder.at("dump").toString(),
          "--leave-stopped",
          "--shell-job",
          "-o",
          "dump.log"
        };
        int status = run(folder.at("log"), dump);
        assertThat(status)
            .as(Files.readString(folder.at("log"), StandardCharsets.ISO_8859_1))
            .isZero();
        compare(folder.at("dump"), sleep.pid());
        compareExport(folder, sleep.pid());
      } finally {
        sleep.destroyForcibly().waitFor();
      }
    }
  }

  /** CRIU takes the clock's pages, which Linux lists in two parts since 6.13, for one mapping. */
  private static boolean isKept(String line) {
    return !line.contains("[vvar");
  }

  private static String line(SavedMapping mapping) {
    return "%08x-%08x %s"
        .formatted(mapping.startVpn() << 12, mapping.endVpn() << 12, mapping.name())
        .strip();
  }

  private static List<String> maps(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/maps")).stream()
        .map(line -> line.replaceFirst(" \\S+ \\S+ \\S+ \\S+\\s*", " ").strip())
        .filter(RealDumpTest::isKept)
        .toList();
  }

  private static void compare(Path directory, long pid) throws IOException {
    assertThat(CriuVerifier.verify(directory)).isEmpty();
    try (CriuDirectory dumped = CriuDirectory.open(directory);
        RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      assertThat(dumped.memories()).hasSize(1);
      CriuMemory of = dumped.memories().get(0);
      assertThat(of.pid()).isEqualTo((int) pid);
      assertThat(
              of.mappings().stream().map(RealDumpTest::line).filter(RealDumpTest::isKept).toList())
          .isEqualTo(maps(pid));
      int pages = 0;
      for (SavedRange range : of.saved()) {
        if (range.pageClass() == PageClass.DATA) {
          for (long vpn = range.startVpn(); vpn < range.endVpn(); vpn++) {
            byte[] expected = new byte[4096];
            memory.seek(vpn << 12);
            memory.readFully(expected);
            ByteBuffer page = ByteBuffer.allocate(4096);
            of.pages().read(vpn, page);
            assertThat(page.array()).as("page %x", vpn).isEqualTo(expected);
            pages++;
          }
        }
      }
      assertThat(pages).isGreaterThan(10);
    }
  }

  /** What is written from it is read alike. */
  private static void compareExport(TestFolder folder, long pid) throws IOException {
    try (CriuDirectory dumped = CriuDirectory.open(folder.at("dump"))) {
      CriuExport export = new CriuExport((int) pid, UnknownPages.LEFT_OUT);
      export.write(dumped.memories().get(0), folder.at("copy"));
    }
    compare(folder.at("copy"), pid);
  }
}
