package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;

/**
 * A pagemap of which a scan fails when it is told to, after all was armed, or before: the kernel
 * does not say either how far it came.
 */
public final class FailingPagemap extends ProcPagemap {

  private int scansUntilFailure = Integer.MAX_VALUE;
  private boolean arms;

  /** Opens the file of a process, whose scans succeed. */
  public FailingPagemap(int pid) {
    super(
        Descriptor.open("/proc/" + pid + "/pagemap", Abi.O_RDONLY),
        () -> new KernelException(Errno.ESRCH, "pagemap"));
  }

  /** Has the scan after so many fail, once; {@code arms} says whether it does its work before. */
  public void failAfter(int scans, boolean armsBefore) {
    scansUntilFailure = scans;
    arms = armsBefore;
  }

  @Override
  public int scan(long argument) {
    if (scansUntilFailure-- != 0) {
      return super.scan(argument);
    }
    if (arms) {
      super.scan(argument);
    }
    throw new KernelException(Errno.ENOMEM, "PAGEMAP_SCAN, which was to fail");
  }
}
