package io.github.dirtyrange.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.track.ChangedPages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Law L10, the reader's side: what was told comes until it is copied or gone. */
class OwedPagesTest {

  private static final ChangedPages NOTHING = new ChangedPages();

  private final StampedProcess process = new StampedProcess(Set.of());
  private final Reader reader = new Reader();

  @Test
  void aPageThatCannotBeReadComesOnceItCan() {
    PageCopier copier = new PageCopier(process, 4);
    process.setHoles(Set.of(6));
    copier.copy(pages(5, 8), reader);
    assertThat(reader.pages).containsExactly(5L, 7L);
    assertThat(reader.unreadable).containsExactly(6L);
    assertThat(copier.owedPages()).isOne();
    copier.copy(NOTHING, reader);
    assertThat(reader.unreadable).containsExactly(6L, 6L);
    process.setHoles(Set.of());
    copier.copy(pages(2, 3), reader);
    assertThat(reader.pages).containsExactly(5L, 7L, 2L, 6L);
    assertThat(copier.owedPages()).isZero();
  }

  @Test
  void aPageThatIsNotMappedAnyMoreIsGoneAndNotOwed() {
    PageCopier copier = new PageCopier(process, 4);
    process.setMapped(0, 6);
    copier.copy(pages(5, 8), reader);
    copier.copy(NOTHING, reader);
    assertThat(reader.pages).containsExactly(5L);
    assertThat(reader.gone).containsExactly("[6, 8)");
    assertThat(copier.owedPages()).isZero();
  }

  @Test
  void whatIsToldToBeGoneIsNotOwed() {
    PageCopier copier = new PageCopier(process, 4);
    process.setHoles(Set.of(6));
    copier.copy(pages(6, 7), reader);
    ChangedPages unmapped = new ChangedPages();
    unmapped.clear(Categories.ALL);
    unmapped.accept(6, 7, Categories.GONE, 0);
    process.setHoles(Set.of());
    copier.copy(unmapped, reader);
    assertThat(reader.pages).isEmpty();
    assertThat(copier.owedPages()).isZero();
  }

  @Test
  void allIsOwedWhenTheProcessIsAwayForAMoment() {
    PageCopier copier = new PageCopier(process, 2);
    process.setAway(true);
    assertThatThrownBy(() -> copier.copy(pages(1, 6), reader)).isInstanceOf(KernelException.class);
    assertThat(copier.owedPages()).isEqualTo(5);
    process.setAway(false);
    copier.copy(NOTHING, reader);
    assertThat(reader.pages).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void whatASinkThrowsAtComesAgainWithAllThatFollows() {
    PageCopier copier = new PageCopier(process, 2);
    reader.failAfter(4); // a region, then three pages
    assertThatThrownBy(() -> copier.copy(pages(1, 6), reader))
        .isInstanceOf(IllegalStateException.class);
    copier.copy(NOTHING, reader);
    assertThat(reader.pages).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(reader.regions).containsExactly("[1, 6)");
  }

  @Test
  void regionsThatASinkThrowsAtAreToldAgain() {
    PageCopier copier = new PageCopier(process, 2);
    ChangedPages changed = new ChangedPages();
    changed.add(1, 2);
    changed.add(4, 5);
    reader.failAfter(1);
    assertThatThrownBy(() -> copier.copy(changed, reader))
        .isInstanceOf(IllegalStateException.class);
    copier.copy(pages(2, 3), reader);
    assertThat(reader.regions).containsExactly("[1, 2)", "[2, 3)", "[4, 5)");
    assertThat(reader.pages).containsExactly(1L, 2L, 4L);
  }

  /** Law: whatever fails in whatever round, what was told is taken in the end, and no more. */
  @Property
  void whatWasToldIsTakenInTheEnd(
      @ForAll @Size(min = 1, max = 8) List<@Size(max = 6) Set<@IntRange(max = 30) Integer>> told,
      @ForAll @Size(min = 8, max = 8) List<@Size(max = 6) Set<@IntRange(max = 30) Integer>> holes,
      @ForAll @Size(min = 8, max = 8) List<@IntRange(max = 12) Integer> failures,
      @ForAll @IntRange(min = 1, max = 5) int bufferPages) {
    StampedProcess target = new StampedProcess(Set.of());
    Reader sink = new Reader();
    PageCopier copier = new PageCopier(target, bufferPages);
    Set<Long> expected = new TreeSet<>();
    int thrown = 0;
    for (int round = 0; round < told.size(); round++) {
      target.setHoles(holes.get(round));
      sink.failAfter(failures.get(round));
      ChangedPages changed = new ChangedPages();
      new TreeSet<>(told.get(round)).forEach(page -> changed.add(page, page + 1));
      told.get(round).forEach(page -> expected.add((long) page));
      sink.begin(told.get(round));
      try {
        copier.copy(changed, sink);
      } catch (IllegalStateException e) {
        thrown++;
      }
    }
    target.setHoles(Set.of());
    sink.failAfter(Integer.MAX_VALUE);
    copier.copy(NOTHING, sink);
    assertThat(sink.owed).as("after %d failures", thrown).isEmpty();
    assertThat(new TreeSet<>(sink.pages)).isEqualTo(expected);
    assertThat(copier.owedPages()).isZero();
  }

  private static ChangedPages pages(long startVpn, long endVpn) {
    ChangedPages changed = new ChangedPages();
    changed.add(startVpn, endVpn);
    return changed;
  }

  /** Notes what it takes, and throws once it has taken so much. */
  private static final class Reader implements PageSink {

    private final List<String> regions = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private final List<Long> pages = new ArrayList<>();
    private final List<Long> unreadable = new ArrayList<>();
    private final Set<Long> owed = new TreeSet<>();
    private int left = Integer.MAX_VALUE;

    void failAfter(int calls) {
      left = calls;
    }

    void begin(Set<Integer> told) {
      told.forEach(page -> owed.add((long) page));
    }

    private void take() {
      if (left == 0) {
        left = Integer.MAX_VALUE;
        throw new IllegalStateException("full");
      }
      left--;
    }

    @Override
    public void region(long startVpn, long endVpn, long changed, long now, long known) {
      take();
      regions.add("[" + startVpn + ", " + endVpn + ")");
    }

    @Override
    public void gone(long startVpn, long endVpn) {
      take();
      gone.add("[" + startVpn + ", " + endVpn + ")");
    }

    @Override
    public void page(long vpn, ByteBuffer buffer, int offset) {
      assertThat(buffer.getLong(offset)).isEqualTo(vpn);
      take();
      pages.add(vpn);
      owed.remove(vpn);
    }

    @Override
    public void unreadable(long vpn) {
      take();
      unreadable.add(vpn);
    }
  }
}
