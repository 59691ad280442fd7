package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PageChangeBuffer;

/** Who takes the regions of a drain. */
interface Outlet extends ChangeSink {

  /** {@return how many regions more may be handed out} */
  int room();

  /** {@return a sink, which has room always} */
  static Outlet of(ChangeSink sink) {
    return new Outlet() {
      @Override
      public int room() {
        return Integer.MAX_VALUE;
      }

      @Override
      public void accept(long startVpn, long endVpn, long changed, long now) {
        sink.accept(startVpn, endVpn, changed, now);
      }
    };
  }

  /** {@return a buffer} */
  static Outlet of(PageChangeBuffer buffer) {
    return new Outlet() {
      @Override
      public int room() {
        return buffer.capacity() - buffer.size();
      }

      @Override
      public void accept(long startVpn, long endVpn, long changed, long now) {
        buffer.accept(startVpn, endVpn, changed, now);
      }
    };
  }
}
