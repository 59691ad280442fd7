package io.github.dirtyrange.workload;

/** A thread that keeps a processor busy and touches no memory of the ranges. */
final class Spinner extends Thread {

  private volatile boolean stopped;

  Spinner() {
    super("spinner");
    setDaemon(true);
  }

  @Override
  public void run() {
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
