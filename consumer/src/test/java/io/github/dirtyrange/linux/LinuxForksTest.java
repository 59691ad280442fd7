package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Forks.Fork;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Children that are listed where a record may have been lost. */
class LinuxForksTest {

  private static final int PARENT = 1;
  private static final long NOW = 1_000;

  /** A child that cannot be tracked would be stopped and named once more. */
  @Test
  void areNotNewWhereRecordsToldOfThem() {
    Map<Integer, Integer> listed = Map.of(2, PARENT, 3, PARENT, 4, PARENT, 5, PARENT);
    assertThat(
            LinuxForks.unknown(
                listed, Set.of(2), Set.of(PARENT, 3), List.of(new Fork(PARENT, 4, 900)), NOW))
        .containsExactly(new Fork(PARENT, 5, NOW));
  }
}
