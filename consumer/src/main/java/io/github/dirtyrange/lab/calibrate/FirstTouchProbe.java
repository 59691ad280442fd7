package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.workload.FirstTouch;
import io.github.dirtyrange.workload.Workload;

/** First touches of memory, by loads and by stores, and what giving it back takes. */
final class FirstTouchProbe implements Probe {

  private final Workload workload;

  FirstTouchProbe(Workload workload) {
    this.workload = workload;
  }

  @Override
  public void measure(Samples samples) {
    FirstTouch touch = workload.touchFreshMemory();
    double pages = touch.pages();
    samples.add(
        Cost.READ_FAULT,
        (touch.loadNanos() - touch.loadAgainNanos()) / pages,
        "first loads of pages, less later ones");
    samples.add(
        Cost.WRITE_FAULT,
        (touch.storeNanos() - touch.storeAgainNanos()) / pages,
        "first stores to pages, less later ones");
    samples.add(
        Cost.MAPPING_CALL,
        (double) touch.discardNothingNanos(),
        "MADV_DONTNEED of memory that is empty");
    samples.add(
        Cost.ZAP_PAGE,
        (touch.discardNanos() - touch.discardNothingNanos()) / pages,
        "MADV_DONTNEED of " + touch.pages() + " pages that are there, less that");
  }
}
