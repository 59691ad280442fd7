package io.github.dirtyrange.conform.selftest;

import static io.github.dirtyrange.conform.selftest.Scene.page;
import static io.github.dirtyrange.conform.selftest.Scene.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.PageRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scans that stop early, and where: what the kernel's pagemap_ioctl.c asks of max_pages, small
 * buffers and walk_end.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dirtyrange.conform.selftest.SelftestKernel#all")
class ScanLimitScenariosTest {

  private static final PageRange AREA = pages(0, 32);

  private final SelftestKernel kernel;

  ScanLimitScenariosTest(SelftestKernel kernel) {
    this.kernel = kernel;
  }

  @BeforeEach
  void needsPagemapScan() {
    kernel.needsPagemapScan();
  }

  /** Every page is written. */
  private Scene dense() {
    Scene scene = tracked();
    scene.store(AREA);
    return scene;
  }

  /** Every other page is written, from the first on. */
  private Scene sparse() {
    Scene scene = tracked();
    for (long page = 0; page < 32; page += 2) {
      scene.store(page);
    }
    return scene;
  }

  private Scene tracked() {
    Scene scene = Scene.small(kernel);
    scene.map(AREA);
    scene.store(AREA);
    scene.track(AREA);
    return scene;
  }

  private static List<PageRange> everyOther(long end) {
    List<PageRange> ranges = new ArrayList<>();
    for (long page = 0; page < end; page += 2) {
      ranges.add(page(page));
    }
    return ranges;
  }

  @Test
  void emptyWalkEndsWhereItStarts() {
    ScanCall nothing = ScanCall.written(pages(4, 8)).ofNothing();
    for (ScanCall call : List.of(nothing, nothing.rearming(), nothing.rearming().room(0))) {
      ScanAnswer answer = dense().scan(call);
      assertThat(answer.outcome().value()).isZero();
      assertThat(answer.walkEnd()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource({"2000, 0, 32", "1, 0, 32", "2000, 32, 32", "2000, 16, 16", "2000, 1, 1"})
  void walkOverWrittenPagesEndsAtTheLimit(int room, long maxPages, long walkEnd) {
    ScanAnswer answer = dense().scan(ScanCall.written(AREA).room(room).maxPages(maxPages));
    assertThat(answer.pages()).containsExactly(pages(0, walkEnd));
    assertThat(answer.walkEnd()).isEqualTo(walkEnd);
  }

  @Test
  void limitIsUnsigned() {
    ScanAnswer answer = dense().scan(ScanCall.written(AREA).maxPages(-1));
    assertThat(answer.walkEnd()).isEqualTo(32);
  }

  /** A walk that has enough goes on to the next page that matches, or to the end. */
  @ParameterizedTest
  @CsvSource({"2000, 0, 32", "1, 0, 2", "16, 0, 32", "2000, 16, 32", "2000, 1, 2"})
  void walkOverEveryOtherPageEndsAtTheNextMatch(int room, long maxPages, long walkEnd) {
    Scene scene = sparse();
    ScanAnswer answer = scene.scan(ScanCall.written(AREA).room(room).maxPages(maxPages));
    assertThat(answer.walkEnd()).as(scene::toString).isEqualTo(walkEnd);
    assertThat(answer.pages()).containsExactlyElementsOf(everyOther(walkEnd));
  }

  @Test
  void restIsFoundFromWhereTheWalkEnded() {
    Scene scene = sparse();
    scene.store(31);
    ScanAnswer most = scene.scan(ScanCall.written(AREA).maxPages(16));
    assertThat(most.pages()).isEqualTo(everyOther(32));
    ScanAnswer rest = scene.scan(ScanCall.written(pages(most.walkEnd(), 32)));
    assertThat(rest.pages()).containsExactly(page(31));
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "3, 0", "2000, 5", "2, 3"})
  void partsTogetherAreTheWhole(int room, long maxPages) {
    Scene scene = sparse();
    List<PageRange> found = new ArrayList<>();
    for (long from = 0; from < 32; ) {
      ScanCall call = ScanCall.written(pages(from, 32)).room(room).maxPages(maxPages);
      ScanAnswer part = scene.scan(call);
      found.addAll(part.pages());
      from = part.walkEnd();
    }
    assertThat(found).isEqualTo(everyOther(32));
  }

  @Test
  void moreRegionsThanTheKernelBuffersAreAllFound() {
    Scene scene = Scene.huge(kernel);
    PageRange area = pages(0, 1048);
    scene.mapPlain(area);
    scene.track(area);
    for (long page = 0; page < 1048; page += 2) {
      scene.store(page);
    }
    ScanAnswer answer = scene.scan(ScanCall.written(area));
    assertThat(answer.pages()).isEqualTo(everyOther(1048));
  }

  @Test
  void rearmingTwoPagesLeavesTheOthers() {
    Scene scene = dense();
    scene.scan(ScanCall.written(pages(10, 12)).rearming());
    scene.expectWritten(AREA, pages(0, 10), pages(12, 32));
  }

  @Test
  void twoMappingsAreIndependent() {
    Scene scene = dense();
    PageRange other = pages(scene.second(), scene.second() + 4);
    scene.map(other);
    scene.store(other);
    scene.track(other);
    scene.expectWritten(AREA, AREA);
    scene.scan(ScanCall.written(AREA).rearming());
    scene.store(other.startVpn());
    scene.expectWritten(AREA);
    scene.expectWritten(other, page(other.startVpn()));
  }

  @Test
  void everyWriteIsReportedOnceWhenScansRearm() {
    Scene scene = tracked();
    Random random = new Random(42);
    for (int round = 0; round < 30; round++) {
      TreeSet<Long> written = new TreeSet<>();
      for (int i = random.nextInt(20); i > 0; i--) {
        written.add((long) random.nextInt(32));
      }
      written.forEach(scene::store);
      assertThat(collect(scene)).as(scene::toString).containsExactlyElementsOf(written);
    }
  }

  private static List<Long> collect(Scene scene) {
    List<Long> collected = new ArrayList<>();
    for (long from = 0; from < 32; ) {
      ScanAnswer part = scene.scan(ScanCall.written(pages(from, 32)).rearming().room(3));
      for (PageRange range : part.pages()) {
        for (long page = range.startVpn(); page < range.endVpn(); page++) {
          collected.add(page);
        }
      }
      from = part.walkEnd();
    }
    return collected;
  }
}
