package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.StackPages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.perf.Chains;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StackTallyTest {

  private static final int PID = 7;
  private static final int TID = 9;
  private static final int DEPTH = 3;

  private final List<Vma> mapped = List.of(mapping(100, 200), mapping(300, 400));
  private final StackTally tally = StackTally.of(() -> mapped);

  private static Vma mapping(long start, long end) {
    return new Vma(start, end, true, true, false, false, 0, 0, 0, "");
  }

  @BeforeEach
  void restart() {
    tally.restart();
  }

  private void add(long vpn, int tid, long... chain) {
    tally.add(vpn, PID, tid, Chains.of(DEPTH, chain));
  }

  private static String said(StackPages stack) {
    List<Long> chain =
        LongStream.range(0, stack.chain().depth())
            .map(i -> stack.chain().address((int) i))
            .boxed()
            .toList();
    return stack.pid() + "/" + stack.tid() + " " + stack.vpn() + " " + chain + " " + stack.pages();
  }

  @Test
  void samplesAreCountedByThreadMappingAndChain() {
    add(150, TID, 1, 2);
    add(199, TID, 1, 2);
    add(150, TID, 1, 2);
    add(300, TID, 1, 2);
    add(150, 10, 1, 2);
    add(150, TID, 1);
    add(200, TID, 1);
    assertThat(tally.stacks().stacks())
        .extracting(StackTallyTest::said)
        .containsExactlyInAnyOrder(
            "7/9 100 [1, 2] 3",
            "7/9 300 [1, 2] 1",
            "7/10 100 [1, 2] 1",
            "7/9 100 [1] 1",
            "7/9 0 [1] 1")
        .startsWith("7/9 100 [1, 2] 3");
  }

  @Test
  void aChainAsDeepAsWasAskedForMayHaveMoreCallers() {
    add(150, TID, 1, 2, 3);
    add(150, TID, 1, 2);
    assertThat(tally.stacks().stacks())
        .extracting(stack -> stack.chain().isCut())
        .containsExactlyInAnyOrder(true, false);
  }

  @Test
  void chainsBeyondTheMostAreCountedTogether() {
    for (int i = 0; i < StackTally.MOST_STACKS; i++) {
      add(150, TID, 1000 + i);
    }
    add(150, TID, 1);
    add(150, TID, 2);
    add(150, TID, 1000);
    ChangeStacks stacks = tally.stacks();
    assertThat(stacks.stacks()).hasSize(StackTally.MOST_STACKS);
    assertThat(stacks.stacks().get(0).pages()).isEqualTo(2);
    assertThat(stacks.others()).isEqualTo(2);
    tally.restart();
    assertThat(tally.stacks()).isEqualTo(ChangeStacks.NONE);
  }
}
