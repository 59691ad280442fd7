package io.github.dirtyrange.workload;

import java.util.concurrent.CountDownLatch;

/** A program that starts a workload and then waits: a parent for a test to kill. */
final class WorkloadParent {

  private WorkloadParent() {}

  /** Maps the pages that the first argument names; says "ready" when they are populated. */
  public static void main(String[] arguments) throws InterruptedException {
    int mappedPages = Integer.parseInt(arguments[0]);
    try (Workload workload =
        LinuxWorkload.start(new WorkloadPlan(mappedPages, 1, PagePattern.UNIFORM, 1))) {
      workload.startBusy(1);
      System.out.println("ready");
      new CountDownLatch(1).await();
    }
  }
}
