package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.CallChain;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.CodeNames;
import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.kernel.StackPages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.live.result.StackShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By which call chains a round's changes were made, and what that code is called. Names are asked
 * for round by round, since the code may be gone at the end.
 */
final class StackTally {

  private final CodeNames names;
  private final Selection selection;
  private final Map<Stack, Long> round = new LinkedHashMap<>();
  private long others;

  StackTally(CodeNames names, Selection selection) {
    this.names = names;
    this.selection = selection;
  }

  private record Stack(int tid, long vpn, CallChain chain) {}

  /** Adds what a collection of this round was told of. */
  void add(ChangeStacks stacks) {
    for (StackPages each : stacks.stacks()) {
      round.merge(new Stack(each.tid(), each.vpn(), each.chain()), each.pages(), Long::sum);
    }
    others += stacks.others();
  }

  /**
   * Ends the round; {@return its chains, as far as they led to what was chosen}
   *
   * @param before the mappings before the round
   * @param now those after it
   */
  RoundStacks take(Mappings before, Mappings now) {
    if (!round.isEmpty()) {
      names.look();
    }
    List<StackShare> shares = new ArrayList<>();
    round.forEach(
        (stack, pages) -> {
          Vma mapping = mappingOf(stack.vpn(), before, now);
          if (isChosen(mapping)) {
            shares.add(share(stack, mapping, pages));
          }
        });
    shares.sort(Comparator.comparingLong(StackShare::pages).reversed());
    RoundStacks stacks = new RoundStacks(shares, others);
    round.clear();
    others = 0;
    return stacks;
  }

  private static @Nullable Vma mappingOf(long vpn, Mappings before, Mappings now) {
    Vma mapping = now.at(vpn);
    return mapping == null ? before.at(vpn) : mapping;
  }

  private boolean isChosen(@Nullable Vma mapping) {
    if (mapping == null) {
      return selection.isAllOf(null);
    }
    boolean[] any = {false};
    selection.clip(
        mapping.startVpn(), mapping.endVpn(), mapping, (startVpn, endVpn) -> any[0] = true);
    return any[0];
  }

  private StackShare share(Stack stack, @Nullable Vma mapping, long pages) {
    CallChain chain = stack.chain();
    List<CodePlace> frames = new ArrayList<>(chain.depth());
    for (int i = 0; i < chain.depth(); i++) {
      frames.add(names.at(chain.codeAddress(i)));
    }
    String name = mapping == null ? Attribution.UNKNOWN : Mappings.name(mapping);
    return new StackShare(stack.tid(), name, frames, chain.isCut(), pages);
  }
}
