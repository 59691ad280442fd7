package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.linux.sys.Abi;

/**
 * Every number and layout of the patched kernel's header linux/pagemap_queue.h. A test holds them
 * to the header and to the synopsis of docs/kernel-api.md.
 */
final class QueueAbi {

  static final String FILE = "pagemap_queue";

  // struct pmq_open
  static final int OPEN_BYTES = 56;
  static final int OPEN_SIZE = 0;
  static final int OPEN_FLAGS = 8;
  static final int OPEN_CHANGED_MASK = 16;
  static final int OPEN_NOW_MASK = 24;
  static final int OPEN_MAX_BYTES = 32;
  static final int OPEN_VEC = 40;
  static final int OPEN_VEC_LEN = 48;

  /** The least max_bytes that the kernel takes. */
  static final long LEAST_BYTES = 16 << 10;

  // struct page_change: a struct page_region and what changed
  static final int CHANGE_BYTES = Abi.REGION_BYTES + Long.BYTES;
  static final int CHANGE_CHANGED = Abi.REGION_BYTES;
  static final long GONE = 1L << 32;
  static final long COARSE = 1L << 33;
  static final long HOT = 1L << 34;

  // struct pmq_vec
  static final int VEC_BYTES = 32;
  static final int VEC_SIZE = 0;
  static final int VEC_START = 8;
  static final int VEC_VEC = 16;
  static final int VEC_VEC_LEN = 24;

  // struct pmq_status
  static final int STATUS_BYTES = 64;
  static final int STATUS_SIZE = 0;
  static final int STATUS_TOLD = 8;
  static final int STATUS_ENABLED = 16;
  static final int STATUS_EPOCH = 24;
  static final int STATUS_COARSE = 32;
  static final int STATUS_OVERFLOWS = 40;
  static final int STATUS_MEMORY = 48;
  static final int STATUS_TABLES = 56;

  static final long OPEN = Abi.iow('f', 32, OPEN_BYTES);
  static final long PEEK = Abi.iowr('f', 33, VEC_BYTES);
  static final long STATUS = Abi.iowr('f', 34, STATUS_BYTES);
  static final long UNSEEN = Abi.iowr('f', 35, VEC_BYTES);
  static final long ENABLE = Abi.io('f', 36);
  static final long DISABLE = Abi.io('f', 37);

  private QueueAbi() {}
}
