package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.ThreadRegisters;
import java.util.List;

/** A process that stands still, and is looked at before it is let go. */
final class LookedAt implements Frozen {

  private final Frozen frozen;
  private final Runnable look;
  private boolean looked;

  LookedAt(Frozen frozen, Runnable look) {
    this.frozen = frozen;
    this.look = look;
  }

  @Override
  public int threads() {
    return frozen.threads();
  }

  @Override
  public List<ThreadRegisters> registers() {
    return frozen.registers();
  }

  @Override
  public long nanos() {
    return frozen.nanos();
  }

  @Override
  public void close() {
    if (!looked) {
      looked = true;
      look.run();
    }
    frozen.close();
  }
}
