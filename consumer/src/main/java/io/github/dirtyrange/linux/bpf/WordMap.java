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
 * Words that programs and we share: an array of values of a few words each, mapped into our memory,
 * so that to look costs no system call.
 */
final class WordMap implements AutoCloseable {

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  private final int valueBytes;
  private final Descriptor map;
  private final Mapping mapping;

  /** Nothing may be looked at once it is unmapped. */
  private volatile ByteBuffer words;

  private WordMap(Descriptor map, int values, int valueBytes) {
    this.map = map;
    this.valueBytes = valueBytes;
    int bytes = values * valueBytes;
    mapping =
        Mapping.shared(map, Pages.address(Pages.vpn(bytes + Pages.SIZE - 1L)), "mmap of a BPF map");
    words = mapping.view(0, bytes);
  }

  /** Makes a map; all words are 0. */
  static WordMap create(int values, int wordsEach) {
    int valueBytes = wordsEach * Long.BYTES;
    Descriptor map =
        Bpf.createMap(
            Abi.BPF_MAP_TYPE_ARRAY, Integer.BYTES, valueBytes, values, Abi.BPF_F_MMAPABLE);
    try {
      return new WordMap(map, values, valueBytes);
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }

  int number() {
    return map.number();
  }

  /**
   * {@return a word}
   *
   * @param offset of the word in its value, in bytes
   */
  long get(int value, int offset) {
    return (long) LONG.getAcquire(words, value * valueBytes + offset);
  }

  void set(int value, int offset, long word) {
    LONG.setRelease(words, value * valueBytes + offset, word);
  }

  @Override
  public void close() {
    words = NONE;
    mapping.close();
    map.close();
  }
}
