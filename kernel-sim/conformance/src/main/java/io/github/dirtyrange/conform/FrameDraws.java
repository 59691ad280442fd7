package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import java.util.List;

/** Draws operations that move pages between frames, and between memory and swap. */
final class FrameDraws {

  private FrameDraws() {}

  static List<Operation> pageout(Draws d) {
    Span span = d.span();
    return List.of(new Operation.Pageout(d.process(), span.start(), span.length()));
  }

  /** Mostly of much memory: pages merge only with others that may. */
  static List<Operation> mergeable(Draws d) {
    return MappingDraws.madvise(d, d.chance(0.6) ? d.most() : d.span(), Advice.MERGEABLE);
  }
}
