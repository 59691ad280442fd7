package io.github.dirtyrange.workload;

import java.util.concurrent.CountDownLatch;

/** A thread that keeps a processor busy and touches no memory of the ranges. */
final class Spinner extends Thread {

  static final String NAME = "spinner";

  private final CountDownLatch runs = new CountDownLatch(1);
  private volatile boolean stopped;

  private Spinner() {
    super(NAME);
    setDaemon(true);
  }

  /** {@return one that runs already} */
  static Spinner started() throws InterruptedException {
    Spinner spinner = new Spinner();
    spinner.start();
    spinner.runs.await();
    return spinner;
  }

  @Override
  public void run() {
    runs.countDown();
    while (!stopped) {
      Thread.onSpinWait();
    }
  }

  /** Ends the thread. */
  void finish() throws InterruptedException {
    stopped = true;
    join();
  }
}
