package io.github.dirtyrange.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish that the program end (Ctrl-C, SIGTERM), for a command that has something to put back
 * first. The virtual machine waits until that is done, and gives the signal's status: 130, 143.
 */
final class Ending implements AutoCloseable {

  /** Whatever hangs then, somebody else has to end. */
  private static final long PATIENCE_SECONDS = 20;

  private final CountDownLatch wished = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::wish, "ending");

  private Ending() {}

  /** Takes notice from now on until this is closed. */
  static Ending watched() {
    Ending ending = new Ending();
    try {
      Runtime.getRuntime().addShutdownHook(ending.hook);
    } catch (IllegalStateException e) {
      ending.wished.countDown();
    }
    return ending;
  }

  private void wish() {
    wished.countDown();
    try {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@return whether the end is wished for} */
  boolean isWished() {
    return wished.getCount() == 0;
  }

  /**
   * {@return whether the wish is a SIGTERM} The virtual machine does not say which signal it is
   * ended by, but for the name of the thread that it handles the signal in.
   */
  boolean isTermination() {
    return isWished()
        && Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("SIGTERM handler"));
  }

  /** Waits for so long; {@return whether the end is wished for} */
  boolean await(long nanos) {
    try {
      return wished.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Says that all is put back. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The end has begun, and goes on now.
    }
  }
}
