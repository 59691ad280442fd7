package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kernel's end of the file, as docs/kernel-api.md describes it: tests say what is queued. */
final class QueueFileDouble implements QueueFile, Watched {

  static final long TOLD =
      Categories.FILE
          | Categories.PRESENT
          | Categories.SWAPPED
          | Categories.PFNZERO
          | Categories.HUGE
          | Categories.SOFT_DIRTY;

  /** Raw values, as the kernel has them: addresses, and categories of its own names. */
  record Change(long start, long end, long now, long changed) {}

  /** What PAGEMAP_QUEUE_OPEN was given. */
  record Opening(long size, long flags, long changed, long now, long maxBytes, List<Long> bounds) {}

  private final List<Change> queued = new ArrayList<>();
  private final List<Change> unseen = new ArrayList<>();
  private @Nullable List<Change> drain;
  private @Nullable Opening opening;
  private @Nullable Errno refusal;
  private boolean exited;
  private boolean closed;
  private boolean enabled = true;
  private long epoch;
  private int calls;

  void queue(long startVpn, long endVpn, long changed, long now) {
    queued.add(new Change(Pages.address(startVpn), Pages.address(endVpn), now, changed));
  }

  void cannotSee(long startVpn, long endVpn) {
    unseen.add(new Change(Pages.address(startVpn), Pages.address(endVpn), 0, 0));
  }

  void refuse(Errno errno) {
    refusal = errno;
  }

  void exit() {
    exited = true;
  }

  @Override
  public void requireAlive() {
    if (exited) {
      throw gone();
    }
  }

  @Override
  public MemoryGoneException gone() {
    return new MemoryGoneException(1, MemoryGoneException.Reason.ENDED);
  }

  boolean isClosed() {
    return closed;
  }

  boolean isEnabled() {
    return enabled;
  }

  long epoch() {
    return epoch;
  }

  /** {@return how many regions of the drain that is under way were not read yet} */
  int left() {
    return drain == null ? 0 : drain.size();
  }

  int calls() {
    return calls;
  }

  Opening opening() {
    if (opening == null) {
      throw new IllegalStateException("nothing was opened");
    }
    return opening;
  }

  @Override
  public int read(ByteBuffer into, int bytes) {
    calls++;
    if (drain == null) {
      refuseIf(queued.isEmpty() && exited, Errno.ESRCH);
      refuseIf(queued.isEmpty(), Errno.EAGAIN);
      drain = new ArrayList<>(queued);
      queued.clear();
    }
    int count = Math.min(drain.size(), bytes / QueueAbi.CHANGE_BYTES);
    for (int i = 0; i < count; i++) {
      put(into, i, drain.remove(0));
    }
    if (count == 0) {
      drain = null;
      epoch++;
    }
    return count * QueueAbi.CHANGE_BYTES;
  }

  private static void put(ByteBuffer into, int index, Change change) {
    into.position(index * QueueAbi.CHANGE_BYTES);
    into.putLong(change.start()).putLong(change.end()).putLong(change.now());
    into.putLong(change.changed()).clear();
  }

  @Override
  public int ioctl(long request, ByteBuffer argument, String name) {
    if (refusal != null) {
      throw new KernelException(refusal, name);
    }
    if (request == QueueAbi.OPEN) {
      return open(argument);
    }
    if (request == QueueAbi.STATUS) {
      argument
          .putLong(QueueAbi.STATUS_TOLD, TOLD)
          .putLong(QueueAbi.STATUS_EPOCH, epoch)
          .putLong(QueueAbi.STATUS_COARSE, 3)
          .putLong(QueueAbi.STATUS_OVERFLOWS, 2)
          .putLong(QueueAbi.STATUS_MEMORY, 4096)
          .putLong(QueueAbi.STATUS_TABLES, 1);
      return 0;
    }
    if (request == QueueAbi.PEEK) {
      return vector(argument, drain == null ? queued : drain, QueueAbi.CHANGE_BYTES);
    }
    if (request == QueueAbi.UNSEEN) {
      return vector(argument, unseen, Abi.REGION_BYTES);
    }
    throw new KernelException(Errno.ENOTTY, name);
  }

  private int open(ByteBuffer argument) {
    long count = argument.getLong(QueueAbi.OPEN_VEC_LEN);
    List<Long> bounds = new ArrayList<>();
    if (count > 0) {
      ByteBuffer vector =
          Sys.view(argument.getLong(QueueAbi.OPEN_VEC), (int) count * Abi.REGION_BYTES);
      for (int i = 0; i < count; i++) {
        bounds.add(vector.getLong(i * Abi.REGION_BYTES));
        bounds.add(vector.getLong(i * Abi.REGION_BYTES + Long.BYTES));
      }
    }
    opening =
        new Opening(
            argument.getLong(QueueAbi.OPEN_SIZE),
            argument.getLong(QueueAbi.OPEN_FLAGS),
            argument.getLong(QueueAbi.OPEN_CHANGED_MASK),
            argument.getLong(QueueAbi.OPEN_NOW_MASK),
            argument.getLong(QueueAbi.OPEN_MAX_BYTES),
            bounds);
    return 0;
  }

  private static int vector(ByteBuffer argument, List<Change> all, int bytes) {
    int most = (int) argument.getLong(QueueAbi.VEC_VEC_LEN);
    long start = argument.getLong(QueueAbi.VEC_START);
    ByteBuffer vector = Sys.view(argument.getLong(QueueAbi.VEC_VEC), most * bytes);
    int count = 0;
    for (Change change : all) {
      if (change.start() >= start && count < most) {
        vector.position(count * bytes);
        vector.putLong(change.start()).putLong(change.end()).putLong(change.now());
        if (bytes == QueueAbi.CHANGE_BYTES) {
          vector.putLong(change.changed());
        }
        argument.putLong(QueueAbi.VEC_START, change.end());
        count++;
      }
    }
    return count;
  }

  @Override
  public void ioctl(long request, String name) {
    if (refusal != null) {
      throw new KernelException(refusal, name);
    }
    enabled = request == QueueAbi.ENABLE;
    calls++;
  }

  @Override
  public boolean poll(int millis) {
    return drain != null || !queued.isEmpty() || exited;
  }

  @Override
  public void close() {
    closed = true;
  }

  private static void refuseIf(boolean wrong, Errno errno) {
    KernelException.refuseIf(wrong, errno, "pagemap_queue");
  }
}
