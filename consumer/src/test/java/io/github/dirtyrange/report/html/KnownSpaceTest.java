package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.live.result.MappedPart;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory that a page knows of. */
class KnownSpaceTest {

  @Test
  void whatIsNewAndNamedTwiceIsThereOnce() {
    KnownSpace known = new KnownSpace();
    known.add(List.of(new MappedPart(0, 4, "heap")));
    MappedPart all = new MappedPart(10, 30, "new");
    MappedPart part = new MappedPart(20, 40, "new");
    assertThat(known.add(List.of(new MappedPart(0, 4, "heap"), all, part, all))).isTrue();
    assertThat(known.parts())
        .containsExactly(new MappedPart(0, 4, "heap"), new MappedPart(10, 40, "new"));
  }
}
