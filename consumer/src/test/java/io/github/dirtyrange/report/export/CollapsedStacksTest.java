package io.github.dirtyrange.report.export;

import static io.github.dirtyrange.report.export.Rounds.round;
import static io.github.dirtyrange.report.export.Rounds.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.live.result.StackShare;
import io.github.dirtyrange.live.result.ThreadShare;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CollapsedStacksTest {

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final CollapsedStacks stacks = new CollapsedStacks(file);

  @Test
  void mappingsAndThreadsAreStacksBelowTwoRoots() {
    List<MappingShare> mappings =
        List.of(new MappingShare("[heap]", 5), new MappingShare("/a b", 7));
    List<ThreadShare> threads = List.of(new ThreadShare(9, "io", 4));
    stacks.round(target(7, "server"), round(1, 100, mappings, threads));
    stacks.round(target(7, "server"), round(2, 200, mappings, List.of()));
    stacks.finished();
    assertThat(file.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            by mapping;server (7);/a b 14
            by mapping;server (7);[heap] 10
            by thread;server (7);[not known] 20
            by thread;server (7);io (9) 4
            """);
  }

  @Test
  void callChainsAreStacksFromTheThreadToTheMappingThatWasWritten() {
    List<MappingShare> mappings = List.of(new MappingShare("[heap]", 20));
    LiveRound round = round(1, 100, mappings, List.of(new ThreadShare(9, "io", 4)));
    stacks.round(target(7, "server"), round);
    stacks.stacks(
        target(7, "server"),
        round,
        new RoundStacks(
            List.of(
                new StackShare(9, "[heap]", List.of(Code.STORE, Code.MAIN), false, 4),
                new StackShare(9, "[heap]", List.of(Code.ALSO_STORE, Code.MAIN), false, 3),
                new StackShare(9, "[heap]", List.of(Code.UNNAMED, Code.NOWHERE), true, 2)),
            1));
    stacks.finished();
    assertThat(file.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            server (7);[not known] 10
            server (7);io (9);main;store;[heap] 7
            server (7);io (9);[cut off];[unknown];p+0x1030;[heap] 2
            server (7);[others] 1
            """);
  }

  @Test
  void chainsBeyondTheMostAreCountedTogether() {
    StackTotals totals = new StackTotals(1);
    LiveRound round = round(1, 100, List.of(new MappingShare("[heap]", 9)), List.of());
    List<StackShare> shares =
        List.of(
            new StackShare(9, "[heap]", List.of(Code.STORE), false, 4),
            new StackShare(9, "[heap]", List.of(Code.MAIN), false, 3));
    totals.add("p (7)", round, new RoundStacks(shares, 0));
    totals.add("p (7)", round, new RoundStacks(shares, 0));
    assertThat(totals.rows()).extracting(StackTotals.Row::pages).containsExactly(8L);
    assertThat(totals.others()).containsExactly(Map.entry("p (7)", 6L));
    assertThat(totals.unknown()).containsExactly(Map.entry("p (7)", 4L));
  }

  /** A name is the process's own choice, and may have all but a zero byte. */
  @Test
  void aNameEndsNeitherItsFrameNorItsLine() {
    stacks.round(
        target(7, "a;b\nc"), round(1, 100, List.of(new MappingShare("/x;y\r", 5)), List.of()));
    stacks.finished();
    assertThat(file.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("by mapping;a,b?c (7);/x,y? 5", "by thread;a,b?c (7);[not known] 5");
  }
}
