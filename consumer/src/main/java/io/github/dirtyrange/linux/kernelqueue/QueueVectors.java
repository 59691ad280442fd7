package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** PAGEMAP_QUEUE_PEEK and PAGEMAP_QUEUE_UNSEEN, call after call until there is no more. */
final class QueueVectors {

  private static final int ENTRIES = 512;

  static final String UNSEEN_REASON =
      "this kernel keeps no soft-dirty of it, as of hugetlbfs: writes there are not queued";

  private final QueueFile file;
  private final ChangeRecords records;
  private final ByteBuffer argument = Sys.struct(QueueAbi.VEC_BYTES);

  QueueVectors(QueueFile file, ToldCategories told) {
    this.file = file;
    records = new ChangeRecords(ENTRIES, told);
  }

  /** Hands out what the next reads would, in ascending order. */
  void peek(ChangeSink sink) {
    begin(records.buffer());
    for (int got = more(QueueAbi.PEEK); got > 0; got = more(QueueAbi.PEEK)) {
      records.filled(got);
      records.forEachLeft(sink);
    }
    records.filled(0);
  }

  /** {@return what the kernel says it does not see, ascending; what touches is one} */
  List<Unseen> unseen() {
    ByteBuffer regions = Sys.struct(ENTRIES * Abi.REGION_BYTES);
    List<Unseen> all = new ArrayList<>();
    try {
      begin(regions);
      for (int got = more(QueueAbi.UNSEEN); got > 0; got = more(QueueAbi.UNSEEN)) {
        for (int i = 0; i < got; i++) {
          int at = i * Abi.REGION_BYTES;
          append(
              Pages.vpn(regions.getLong(at + Abi.REGION_START)),
              Pages.vpn(regions.getLong(at + Abi.REGION_END)),
              all);
        }
      }
    } finally {
      Reference.reachabilityFence(regions);
    }
    return all;
  }

  private static void append(long startVpn, long endVpn, List<Unseen> all) {
    int last = all.size() - 1;
    if (last >= 0 && all.get(last).endVpn() == startVpn) {
      all.set(last, new Unseen(all.get(last).startVpn(), endVpn, UNSEEN_REASON));
    } else {
      all.add(new Unseen(startVpn, endVpn, UNSEEN_REASON));
    }
  }

  private void begin(ByteBuffer vector) {
    argument
        .putLong(QueueAbi.VEC_SIZE, QueueAbi.VEC_BYTES)
        .putLong(QueueAbi.VEC_START, 0)
        .putLong(QueueAbi.VEC_VEC, Sys.address(vector))
        .putLong(QueueAbi.VEC_VEC_LEN, ENTRIES);
  }

  private int more(long request) {
    String name = request == QueueAbi.PEEK ? "PAGEMAP_QUEUE_PEEK" : "PAGEMAP_QUEUE_UNSEEN";
    return file.ioctl(request, argument, name);
  }

  /** {@return the memory of the buffers, in bytes} */
  long memoryBytes() {
    return (long) records.buffer().capacity() + argument.capacity();
  }
}
