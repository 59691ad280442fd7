package io.github.dirtyrange.cli;

import java.io.FileOutputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish that the program end (Ctrl-C, SIGTERM), for a command that has something to put back
 * first. The virtual machine waits until that is done, and gives the signal's status: 130, 143.
 */
final class Ending implements AutoCloseable {

  /** Whatever hangs then, somebody else has to end. */
  private static final long PATIENCE_SECONDS = 20;

  private static final long LOOK_MILLIS = 500;

  private final Thread owner = Thread.currentThread();
  private final CountDownLatch wished = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile Runnable givesBack = () -> {};
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
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    boolean wroteBefore = false;
    try {
      while (!done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() < end) {
        boolean writes = isWriting();
        if (writes && wroteBefore) {
          givesBack.run();
          return;
        }
        wroteBefore = writes;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Says how to put back what there is, in a thread of this: for when the command waits for a
   * reader of its output, and so does nothing else.
   */
  void givesBack(Runnable puttingBack) {
    givesBack = puttingBack;
  }

  /**
   * {@return whether the command waits for a reader of its output} One that does not read may never
   * do so again.
   */
  private boolean isWriting() {
    return Arrays.stream(owner.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals(FileOutputStream.class.getName())
                    && frame.getMethodName().equals("writeBytes"));
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
