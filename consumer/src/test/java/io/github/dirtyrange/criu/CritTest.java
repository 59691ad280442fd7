package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is written is decoded by CRIU's own tool: the one on the path, or those that {@code
 * -Dcrit=FILE,FILE} names.
 */
@Timeout(300)
class CritTest {

  private static final int PID = 7;

  private static final List<String> CRITS = crits();

  /** A program with a file, a heap, a stack, and something above all pages. */
  private static final List<SavedMapping> MAPPINGS =
      List.of(
          new SavedMapping(1_024, 1_030, 5, 0, 8, 9, "/usr/bin/cat"),
          new SavedMapping(1_030, 1_034, 3, 0x6000, 8, 9, "/usr/bin/cat"),
          new SavedMapping(2_000, 2_100, 3, 0, 0, 0, "[heap]"),
          new SavedMapping(0x7ffff000L, 0x7ffff010L, 3, 0, 0, 0, "[stack]"),
          new SavedMapping(0xffffffffff600L, 0xffffffffff601L, 4, 0, 0, 0, "[vsyscall]"));

  private static List<String> crits() {
    String named = System.getProperty("crit");
    if (named != null) {
      return List.of(named.split(","));
    }
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, "crit"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .limit(1)
        .toList();
  }

  @BeforeAll
  static void needsCrit() {
    assumeFalse(CRITS.isEmpty(), "there is no crit here: it comes with the package criu");
  }

  private static SmallMemory memory(PageClass heap) {
    return new SmallMemory(
        MAPPINGS,
        List.of(
            new SavedRange(1_024, 1_030, PageClass.FILE),
            new SavedRange(1_030, 1_032, PageClass.DATA),
            new SavedRange(2_000, 2_050, heap),
            new SavedRange(2_050, 2_060, PageClass.ZERO),
            new SavedRange(2_060, 2_100, PageClass.NOTHING),
            new SavedRange(0x7ffff00fL, 0x7ffff010L, PageClass.DATA)));
  }

  private static TestFolder exported() throws IOException {
    TestFolder folder = new TestFolder();
    new CriuExport(PID, UnknownPages.REFUSED)
        .writeChain(List.of(memory(PageClass.DATA), memory(PageClass.PARENT)), folder.at("out"));
    return folder;
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return said;
  }

  private static JsonObject decoded(String crit, Path image) throws IOException {
    return JsonParser.parseString(run(crit, "decode", "-i", image.toString())).getAsJsonObject();
  }

  @Test
  void eachImageIsDecoded() throws IOException {
    Map<String, String> magic =
        Map.of(
            "pagemap-7.img", "PAGEMAP",
            "mm-7.img", "MM",
            "pstree.img", "PSTREE",
            "inventory.img", "INVENTORY",
            "files.img", "FILES",
            "stats-dump", "STATS");
    try (TestFolder folder = exported()) {
      for (String crit : CRITS) {
        for (Map.Entry<String, String> image : magic.entrySet()) {
          JsonObject json = decoded(crit, folder.at("out/2").resolve(image.getKey()));
          assertThat(json.get("magic").getAsString()).isEqualTo(image.getValue());
          assertThat(json.getAsJsonArray("entries")).as(image.getKey()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void pageCountsAgreeWithTheStatistics() throws IOException {
    try (TestFolder folder = exported()) {
      for (String crit : CRITS) {
        for (String generation : List.of("1", "2")) {
          Path directory = folder.at("out").resolve(generation);
          long[] pages = new long[SmallImages.PRESENT + 1];
          boolean head = true;
          for (JsonElement each :
              decoded(crit, directory.resolve("pagemap-7.img")).getAsJsonArray("entries")) {
            if (!head) {
              JsonObject entry = each.getAsJsonObject();
              pages[entry.get("flags").getAsInt()] += entry.get("nr_pages").getAsLong();
            }
            head = false;
          }
          JsonObject stats =
              decoded(crit, directory.resolve("stats-dump"))
                  .getAsJsonArray("entries")
                  .get(0)
                  .getAsJsonObject()
                  .getAsJsonObject("dump");
          assertThat(stats.get("pages_written").getAsLong()).isEqualTo(pages[SmallImages.PRESENT]);
          assertThat(stats.get("pages_skipped_parent").getAsLong())
              .isEqualTo(pages[SmallImages.PARENT]);
          assertThat(pages[SmallImages.PARENT]).isEqualTo(generation.equals("1") ? 0 : 50);
          assertThat(Files.size(directory.resolve("pages-1.img")))
              .isEqualTo(4096 * pages[SmallImages.PRESENT]);
        }
      }
    }
  }

  @Test
  void mappingsAndPagesAreExplored() throws IOException {
    try (TestFolder folder = exported()) {
      for (String crit : CRITS) {
        String directory = folder.at("out/2").toString();
        assertThat(lines(run(crit, "x", directory, "mems")))
            .contains(
                "exe /usr/bin/cat",
                "00400000-00406000 r-x /usr/bin/cat",
                "00406000-0040a000 rw- /usr/bin/cat + 0x6000",
                "007d0000-00834000 rw-",
                "7ffff000000-7ffff010000 rw- [stack?]",
                "ffffffffff600000-ffffffffff601000 --x [vsyscall] *");
        assertThat(lines(run(crit, "x", directory, "rss")))
            .contains("406000 / 2 00406000 / 4 /usr/bin/cat", "7d0000 / 50 007d0000 / 100");
      }
    }
  }

  private static List<String> lines(String said) {
    List<String> lines = new ArrayList<>();
    said.lines().forEach(line -> lines.add(line.strip().replaceAll("\\s+", " ")));
    return lines;
  }
}
