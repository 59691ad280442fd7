package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;

/** The file of a process in /proc. A call that a signal interrupted is made again. */
final class OpenQueueFile implements QueueFile {

  private static final int FLAGS = Abi.O_RDONLY | Abi.O_NONBLOCK;

  private final Descriptor file;

  private OpenQueueFile(Descriptor file) {
    this.file = file;
  }

  /**
   * Opens the file; no queue is opened by that.
   *
   * @throws KernelException EOPNOTSUPP where this kernel has no such file
   */
  static OpenQueueFile open(MemoryIdentity identity) {
    try {
      return new OpenQueueFile(identity.openOfProcess(QueueAbi.FILE, FLAGS));
    } catch (KernelException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      identity.requireSame();
      throw KernelException.saying(
              Errno.EOPNOTSUPP, "this kernel has no /proc/PID/" + QueueAbi.FILE)
          .needing(KernelChangeQueue.PATCHED_KERNEL);
    }
  }

  @Override
  public int read(ByteBuffer into, int bytes) {
    return uninterrupted(
        () -> {
          try {
            return (int) file.read(Sys.address(into), bytes, "read of " + QueueAbi.FILE);
          } finally {
            Reference.reachabilityFence(into);
          }
        });
  }

  @Override
  public int ioctl(long request, ByteBuffer argument, String name) {
    return uninterrupted(
        () -> {
          try {
            return file.ioctl(request, Sys.address(argument), name);
          } finally {
            Reference.reachabilityFence(argument);
          }
        });
  }

  @Override
  public void ioctl(long request, String name) {
    uninterrupted(() -> file.ioctl(request, 0, name));
  }

  private static int uninterrupted(IntSupplier call) {
    while (true) {
      try {
        return call.getAsInt();
      } catch (KernelException e) {
        if (e.errno() != Errno.EINTR) {
          throw e;
        }
      }
    }
  }

  @Override
  public boolean poll(int millis) {
    return file.awaitReadable(millis);
  }

  @Override
  public void close() {
    file.close();
  }
}
