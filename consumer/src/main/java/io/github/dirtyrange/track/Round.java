package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.DrainReport;

/**
 * How one round of finding and re-arming went. Times are of the kernel's clock.
 *
 * @param nanos finding and re-arming together
 * @param rearmNanos the part spent re-arming, where it is a step of its own; otherwise 0
 * @param pagesInspected pages whose state was looked at
 * @param method how the pages were found
 */
public record Round(long nanos, long rearmNanos, long pagesInspected, DrainReport.Method method) {}
