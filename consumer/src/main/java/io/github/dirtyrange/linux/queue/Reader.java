package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PageChangeBuffer;

/** Who takes the regions of a drain: a sink, which has room always, or a buffer. */
interface Reader extends ChangeSink {

  /** {@return whether one more region may be handed out} */
  boolean hasRoom();

  /** {@return a sink as a reader} */
  static Reader of(ChangeSink sink) {
    return new Reader() {
      @Override
      public boolean hasRoom() {
        return true;
      }

      @Override
      public void accept(long startVpn, long endVpn, long changed, long now) {
        sink.accept(startVpn, endVpn, changed, now);
      }
    };
  }

  /** {@return a buffer as a reader} */
  static Reader of(PageChangeBuffer buffer) {
    return new Reader() {
      @Override
      public boolean hasRoom() {
        return !buffer.isFull();
      }

      @Override
      public void accept(long startVpn, long endVpn, long changed, long now) {
        buffer.accept(startVpn, endVpn, changed, now);
      }
    };
  }
}
