package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Mapping;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the programs and we share: whose changes are recorded, and how many records found no room. A
 * map of one value, mapped into our memory, so that to look costs no system call.
 */
final class StateMap implements AutoCloseable {

  /** The {@code mm_struct} whose changes are recorded, or {@link #NOBODY}. */
  static final int MM = 0;

  /** The {@code mm_struct} whose faults are recorded, or {@link #NOBODY}. */
  static final int FAULTS_OF = 8;

  /** The number of the process that is followed. */
  static final int PROCESS = 16;

  /** How many records found no room. */
  static final int LOST = 24;

  /** How many of those would have told of a write that no look at the pages shows. */
  static final int LOST_WRITES = 32;

  /** For {@link MemoryFinder}: the thread that looks, and what it has found. */
  static final int SEEKER = 40;

  static final int FOUND = 48;

  /** No memory is there; threads of the kernel have none, which is 0. */
  static final long NOBODY = 1;

  static final long MAPPED_BYTES = Pages.SIZE;

  private static final int BYTES = 64;

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Descriptor map;
  private final Mapping mapping;
  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  /** Nothing may be looked at once it is unmapped. */
  private volatile ByteBuffer words;

  private StateMap(Descriptor map) {
    this.map = map;
    mapping = Mapping.shared(map, Pages.SIZE, "mmap of a BPF map");
    words = mapping.view(0, BYTES);
    set(MM, NOBODY);
    set(FAULTS_OF, NOBODY);
  }

  static StateMap create() {
    Descriptor map =
        Bpf.createMap(Abi.BPF_MAP_TYPE_ARRAY, Integer.BYTES, BYTES, 1, Abi.BPF_F_MMAPABLE);
    try {
      return new StateMap(map);
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }

  int number() {
    return map.number();
  }

  long get(int offset) {
    return (long) LONG.getAcquire(words, offset);
  }

  void set(int offset, long value) {
    LONG.setRelease(words, offset, value);
  }

  @Override
  public void close() {
    words = NONE;
    mapping.close();
    map.close();
  }
}
