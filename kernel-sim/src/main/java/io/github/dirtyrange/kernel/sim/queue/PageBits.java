package io.github.dirtyrange.kernel.sim.queue;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bit for each page of an address space, set by many threads and taken by one. Sparse: bits stand
 * in leaves of 2<sup>15</sup>, 4 KiB of memory, below a tree of two levels, and a leaf is made when
 * the first of its bits is set. None is given back.
 */
final class PageBits {

  private static final int LEAF_SHIFT = 15;
  private static final int NODE_SHIFT = LEAF_SHIFT + 10;
  private static final int LEAVES = 1 << (NODE_SHIFT - LEAF_SHIFT);
  private static final int WORDS = 1 << (LEAF_SHIFT - 6);
  private static final long ARRAY_HEADER_BYTES = 16;
  private static final long REFERENCE_BYTES = 4;

  /** What stands below one entry of the root. */
  private static final class Node extends AtomicReferenceArray<@Nullable AtomicLongArray> {

    private static final long serialVersionUID = 1;

    Node() {
      super(LEAVES);
    }
  }

  private final AtomicReferenceArray<@Nullable Node> root;

  /** Makes bits, all clear, for the pages before one. */
  PageBits(long endVpn) {
    root = new AtomicReferenceArray<>(Math.toIntExact(((endVpn - 1) >> NODE_SHIFT) + 1));
  }

  /** Sets the bits of a range; those of pages that there is no bit for are forgotten. */
  void set(long startVpn, long endVpn) {
    long end = Math.min(endVpn, endVpn());
    for (long vpn = startVpn; vpn < end; vpn = (vpn | 63) + 1) {
      long bits = -1L << vpn;
      if (end - (vpn & -64) < 64) {
        bits &= -1L >>> -end;
      }
      made(vpn).getAndAccumulate(word(vpn), bits, (old, more) -> old | more);
    }
  }

  /** {@return the first page from this one on whose bit is set; {@link Long#MAX_VALUE} if none} */
  long next(long startVpn) {
    long vpn = startVpn;
    while (vpn < endVpn()) {
      Node node = root.get((int) (vpn >> NODE_SHIFT));
      AtomicLongArray leaf = node == null ? null : node.get(leafIndex(vpn));
      if (leaf == null) {
        vpn = after(vpn, node == null ? NODE_SHIFT : LEAF_SHIFT);
        continue;
      }
      long bits = leaf.get(word(vpn)) & (-1L << vpn);
      if (bits != 0) {
        return (vpn & -64) + Long.numberOfTrailingZeros(bits);
      }
      vpn = after(vpn, 6);
    }
    return Long.MAX_VALUE;
  }

  /**
   * Takes out the pages whose bits are set and clears those; {@return how many words there are in
   * the leaves that have been made}
   */
  long takeInto(RunJoiner runs) {
    long words = 0;
    for (int i = 0; i < root.length(); i++) {
      Node node = root.get(i);
      for (int j = 0; node != null && j < LEAVES; j++) {
        AtomicLongArray leaf = node.get(j);
        if (leaf != null) {
          takeInto(runs, leaf, ((long) i << NODE_SHIFT) + ((long) j << LEAF_SHIFT));
          words += WORDS;
        }
      }
    }
    return words;
  }

  private static void takeInto(RunJoiner runs, AtomicLongArray leaf, long firstVpn) {
    for (int i = 0; i < WORDS; i++) {
      if (leaf.get(i) == 0) {
        continue;
      }
      for (long bits = leaf.getAndSet(i, 0); bits != 0; bits &= bits - 1) {
        runs.add(firstVpn + ((long) i << 6) + Long.numberOfTrailingZeros(bits));
      }
    }
  }

  long memoryBytes() {
    long bytes = ARRAY_HEADER_BYTES + REFERENCE_BYTES * root.length();
    for (int i = 0; i < root.length(); i++) {
      Node node = root.get(i);
      bytes += node == null ? 0 : ARRAY_HEADER_BYTES + REFERENCE_BYTES * LEAVES;
      for (int j = 0; node != null && j < LEAVES; j++) {
        bytes += node.get(j) == null ? 0 : ARRAY_HEADER_BYTES + (long) Long.BYTES * WORDS;
      }
    }
    return bytes;
  }

  private AtomicLongArray made(long vpn) {
    Node node = root.get((int) (vpn >> NODE_SHIFT));
    AtomicLongArray leaf = node == null ? null : node.get(leafIndex(vpn));
    return leaf == null ? make(vpn) : leaf;
  }

  /** Several CPUs may come here for one leaf: the first makes it. */
  private AtomicLongArray make(long vpn) {
    Node newNode = new Node();
    Node other = root.compareAndExchange((int) (vpn >> NODE_SHIFT), null, newNode);
    Node node = other == null ? newNode : other;
    AtomicLongArray newLeaf = new AtomicLongArray(WORDS);
    AtomicLongArray otherLeaf = node.compareAndExchange(leafIndex(vpn), null, newLeaf);
    return otherLeaf == null ? newLeaf : otherLeaf;
  }

  private long endVpn() {
    return (long) root.length() << NODE_SHIFT;
  }

  private static int leafIndex(long vpn) {
    return (int) (vpn >> LEAF_SHIFT) & (LEAVES - 1);
  }

  private static int word(long vpn) {
    return (int) (vpn >> 6) & (WORDS - 1);
  }

  private static long after(long vpn, int shift) {
    return ((vpn >> shift) + 1) << shift;
  }
}
