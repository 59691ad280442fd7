package io.github.dirtyrange.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dirtyrange.track.ChangedPages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageCopierTest {

  @Property
  void everyPageIsHandedOutOnceInOrderOrSaidToBeUnreadable(
      @ForAll @Size(max = 20) List<@IntRange(min = 1, max = 7) Integer> lengths,
      @ForAll Set<@IntRange(max = 100) Integer> holes,
      @ForAll @IntRange(min = 1, max = 9) int bufferPages) {
    ChangedPages changed = new ChangedPages();
    List<Long> expected = new ArrayList<>();
    long at = 0;
    for (int length : lengths) {
      changed.add(at, at + length);
      for (long vpn = at; vpn < at + length; vpn++) {
        expected.add(holes.contains((int) vpn) ? -vpn - 1 : vpn);
      }
      at += length + 1L;
    }
    RecordingSink sink = new RecordingSink();
    new PageCopier(new StampedProcess(holes), bufferPages).copy(changed, sink);
    assertThat(sink.seen).isEqualTo(expected);
  }

  @Test
  void aHoleAtTheEndOfABatchLosesNothing() {
    ChangedPages changed = new ChangedPages();
    changed.add(0, 4);
    RecordingSink sink = new RecordingSink();
    new PageCopier(new StampedProcess(Set.of(1)), 2).copy(changed, sink);
    assertThat(sink.seen).containsExactly(0L, -2L, 2L, 3L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1 << 19, Integer.MAX_VALUE})
  void aBufferThatCannotBeIsRefusedByName(int bufferPages) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PageCopier(new StampedProcess(Set.of()), bufferPages))
        .withMessage("bufferPages is " + bufferPages + ", 1 to 524287 needed");
  }

  /** Notes the pages seen; an unreadable page is noted as {@code -vpn - 1}. */
  private static final class RecordingSink implements PageSink {

    final List<Long> seen = new ArrayList<>();

    @Override
    public void page(long vpn, ByteBuffer buffer, int offset) {
      assertThat(buffer.getLong(offset)).isEqualTo(vpn);
      seen.add(vpn);
    }

    @Override
    public void unreadable(long vpn) {
      seen.add(-vpn - 1);
    }
  }
}
