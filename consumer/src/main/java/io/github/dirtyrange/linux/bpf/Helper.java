package io.github.dirtyrange.linux.bpf;

/** The kernel's functions that a program here calls ({@code enum bpf_func_id}). */
enum Helper {
  /** What a map has: map, and where its key is; where the value is, or the map that it is, or 0. */
  MAP_LOOKUP_ELEM(1),
  /** Copies from user memory: target, bytes, address; 0 or an error. */
  PROBE_READ_USER(112),
  /** Copies from the kernel's memory: target, bytes, address; 0 or an error. */
  PROBE_READ_KERNEL(113),
  /**
   * Thread and process of who runs, as a namespace numbers them: its device and number, where they
   * go, and 8; 0, or an error where who runs is in another one.
   */
  NAMESPACE_PID_TGID(120),
  /** Appends a record to a ring: ring, data, bytes, flags; 0, or an error where it is full. */
  RINGBUF_OUTPUT(130),
  /** The {@code task_struct} of who runs. */
  CURRENT_TASK_BTF(158);

  private final int number;

  Helper(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
