package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.CallChain;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.CodeNames;
import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.kernel.StackPages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.live.result.StackShare;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundStacksTest {

  private static final int PID = 7;
  private static final int TID = 9;

  /** Names code by its address. */
  private static final CodeNames BY_ADDRESS =
      new CodeNames() {
        @Override
        public void look() {}

        @Override
        public CodePlace at(long address) {
          return new CodePlace(address, Long.toHexString(address), null);
        }
      };

  private static final Mappings BEFORE =
      new Mappings(List.of(mapping(100, 200, "[heap]"), mapping(300, 400, "/gone")));
  private static final Mappings NOW = new Mappings(List.of(mapping(100, 200, "[heap]")));

  private static Vma mapping(long start, long end, String path) {
    return new Vma(start, end, true, true, false, false, 0, 0, 0, path);
  }

  private static StackTally tally(Place... places) {
    return new StackTally(BY_ADDRESS, new Selection(List.of(places)));
  }

  private static StackPages pages(long vpn, long count, long... chain) {
    return new StackPages(PID, TID, vpn, CallChain.of(chain, false), count);
  }

  private static ChangeStacks changes(StackPages... stacks) {
    return new ChangeStacks(List.of(stacks), 1);
  }

  private static List<String> said(RoundStacks stacks) {
    return stacks.stacks().stream().map(RoundStacksTest::said).toList();
  }

  private static String said(StackShare share) {
    List<String> frames = share.frames().stream().map(CodePlace::function).toList();
    return share.tid() + " " + share.mapping() + " " + frames + " " + share.pages();
  }

  /** Where a call returns to may be another function already. */
  @Test
  void callersAreNamedByTheirCalls() {
    StackTally tally = tally();
    tally.add(changes(pages(100, 5, 0x10, 0x20, 0x30)));
    assertThat(said(tally.take(NOW, NOW))).containsExactly("9 [heap] [10, 1f, 2f] 5");
  }

  @Test
  void theDrainsOfARoundAddUpAndTheNextBeginsAnew() {
    StackTally tally = tally();
    tally.add(changes(pages(100, 1, 0x10), pages(100, 2, 0x11)));
    tally.add(changes(pages(100, 3, 0x10)));
    RoundStacks stacks = tally.take(NOW, NOW);
    assertThat(said(stacks)).containsExactly("9 [heap] [10] 4", "9 [heap] [11] 2");
    assertThat(stacks.others()).isEqualTo(2);
    assertThat(stacks.pages()).isEqualTo(8);
    assertThat(tally.take(NOW, NOW)).isEqualTo(new RoundStacks(List.of(), 0));
  }

  @Test
  void aMappingThatHasGoneHasTheNameThatItHad() {
    StackTally tally = tally();
    tally.add(changes(pages(300, 2, 0x10), pages(0, 1, 0x10)));
    assertThat(said(tally.take(BEFORE, NOW)))
        .containsExactly("9 /gone [10] 2", "9 [unknown] [10] 1");
  }

  @Test
  void whatLedElsewhereThanWasChosenIsLeftOut() {
    StackTally tally = tally(new Place.Named("[heap]"));
    tally.add(changes(pages(300, 2, 0x10), pages(0, 1, 0x10), pages(100, 3, 0x10)));
    assertThat(said(tally.take(BEFORE, NOW))).containsExactly("9 [heap] [10] 3");
  }
}
