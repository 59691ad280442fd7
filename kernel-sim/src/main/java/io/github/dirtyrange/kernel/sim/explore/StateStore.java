package io.github.dirtyrange.kernel.sim.explore;

import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;

/**
 * The states seen, numbered in the order in which they were first seen, each with the state and the
 * action that it was first reached by. Kept exactly, not by a hash alone: a state takes its longs,
 * 8 bytes of history and 4 to 8 of index.
 */
final class StateStore {

  private static final int CHUNK_SHIFT = 12;
  private static final int CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;

  private final int stride;
  private long[][] chunks = new long[16][];
  private final IntArrayList parents = new IntArrayList();
  private final IntArrayList actions = new IntArrayList();

  /** State number plus one at the slot of its hash; 0 where there is none. */
  private int[] index = new int[1 << 12];

  StateStore(int stride) {
    this.stride = stride;
  }

  int size() {
    return parents.size();
  }

  int parent(int state) {
    return parents.getInt(state);
  }

  int action(int state) {
    return actions.getInt(state);
  }

  /** Copies a state's longs out. */
  void get(int state, long[] into) {
    System.arraycopy(chunk(state), offset(state), into, 0, stride);
  }

  /** {@return whether the state was new and has been added} */
  boolean add(long[] longs, int parent, int action) {
    int slot = slot(longs);
    if (index[slot] != 0) {
      return false;
    }
    int state = size();
    if (offset(state) == 0) {
      addChunk(state >>> CHUNK_SHIFT);
    }
    System.arraycopy(longs, 0, chunk(state), offset(state), stride);
    parents.add(parent);
    actions.add(action);
    index[slot] = state + 1;
    if (size() * 2 > index.length) {
      rehash();
    }
    return true;
  }

  private void addChunk(int number) {
    if (number == chunks.length) {
      chunks = Arrays.copyOf(chunks, number * 2);
    }
    chunks[number] = new long[stride << CHUNK_SHIFT];
  }

  private long[] chunk(int state) {
    return chunks[state >>> CHUNK_SHIFT];
  }

  private int offset(int state) {
    return (state & CHUNK_MASK) * stride;
  }

  /** {@return where the state is, or belongs} */
  private int slot(long[] longs) {
    int slot = hash(longs, 0) & (index.length - 1);
    while (index[slot] != 0 && !isAt(index[slot] - 1, longs)) {
      slot = (slot + 1) & (index.length - 1);
    }
    return slot;
  }

  private boolean isAt(int state, long[] longs) {
    int from = offset(state);
    return Arrays.equals(chunk(state), from, from + stride, longs, 0, stride);
  }

  private int hash(long[] longs, int from) {
    long hash = 0;
    for (int i = from; i < from + stride; i++) {
      hash = HashCommon.mix(hash ^ longs[i]);
    }
    return (int) hash;
  }

  private void rehash() {
    int[] larger = new int[index.length * 2];
    for (int state = 0; state < size(); state++) {
      int slot = hash(chunk(state), offset(state)) & (larger.length - 1);
      while (larger[slot] != 0) {
        slot = (slot + 1) & (larger.length - 1);
      }
      larger[slot] = state + 1;
    }
    index = larger;
  }
}
