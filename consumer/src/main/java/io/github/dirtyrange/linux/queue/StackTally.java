package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.CallChain;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.StackPages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.perf.SampledChain;
import it.unimi.dsi.fastutil.longs.LongArrays;
import it.unimi.dsi.fastutil.objects.Object2LongMaps;
import it.unimi.dsi.fastutil.objects.Object2LongOpenCustomHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Counts samples by thread, mapping and call chain. So many chains are kept, and of others it is
 * counted how many samples had them.
 */
final class StackTally {

  /** Some 350 bytes each where they are 32 calls deep, so 1.5 MiB. */
  static final int MOST_STACKS = 4_096;

  // A key: the thread, the first page of the mapping, whether there may be more, and the chain.
  private static final int THREAD = 0;
  private static final int MAPPING = 1;
  private static final int CUT = 2;
  private static final int CHAIN = 3;

  private static final Comparator<StackPages> BUSIEST =
      Comparator.comparingLong(StackPages::pages).reversed();

  private final boolean wanted;
  private final Supplier<List<Vma>> mapped;
  private final Object2LongOpenCustomHashMap<long[]> pages =
      new Object2LongOpenCustomHashMap<>(LongArrays.HASH_STRATEGY);

  /** A key of each length, to look with. */
  private final List<long[]> probes = new ArrayList<>();

  private List<Vma> mappings = List.of();
  private int lastMapping;
  private long others;

  private StackTally(boolean wanted, Supplier<List<Vma>> mapped) {
    this.wanted = wanted;
    this.mapped = mapped;
  }

  /** {@return one that nobody asked for, and that is told nothing} */
  static StackTally unwanted() {
    return new StackTally(false, List::of);
  }

  /**
   * {@return one that somebody asked for}
   *
   * @param mapped says what is mapped, ascending
   */
  static StackTally of(Supplier<List<Vma>> mapped) {
    return new StackTally(true, mapped);
  }

  /** {@return whether samples are to be read for this, whatever else they are good for} */
  boolean isWanted() {
    return wanted;
  }

  /** Forgets all, and goes by what is mapped now. */
  void restart() {
    if (!wanted) {
      return;
    }
    pages.clear();
    others = 0;
    mappings = mapped.get();
    lastMapping = 0;
  }

  /** Counts a sample. */
  void add(long vpn, int pid, int tid, SampledChain chain) {
    long[] key = probe(CHAIN + chain.depth());
    key[THREAD] = (long) pid << Integer.SIZE | Integer.toUnsignedLong(tid);
    key[MAPPING] = mappingOf(vpn);
    key[CUT] = chain.isFull() ? 1 : 0;
    chain.copyTo(key, CHAIN);
    if (pages.containsKey(key)) {
      pages.addTo(key, 1);
    } else if (pages.size() < MOST_STACKS) {
      pages.put(key.clone(), 1);
    } else {
      others++;
    }
  }

  private long[] probe(int length) {
    while (probes.size() <= length) {
      probes.add(new long[probes.size()]);
    }
    return probes.get(length);
  }

  /** {@return the first page of the mapping that has a page; 0 if none has} */
  private long mappingOf(long vpn) {
    if (lastMapping >= mappings.size() || !mappings.get(lastMapping).holds(vpn)) {
      lastMapping = Vma.firstEndingAfter(mappings, vpn);
    }
    return lastMapping < mappings.size() && mappings.get(lastMapping).holds(vpn)
        ? mappings.get(lastMapping).startVpn()
        : 0;
  }

  /** {@return what was counted since the restart} */
  ChangeStacks stacks() {
    List<StackPages> stacks = new ArrayList<>(pages.size());
    Object2LongMaps.fastForEach(
        pages, entry -> stacks.add(stack(entry.getKey(), entry.getLongValue())));
    stacks.sort(BUSIEST);
    return new ChangeStacks(stacks, others);
  }

  private static StackPages stack(long[] key, long count) {
    long[] addresses = Arrays.copyOfRange(key, CHAIN, key.length);
    return new StackPages(
        (int) (key[THREAD] >> Integer.SIZE),
        (int) key[THREAD],
        key[MAPPING],
        CallChain.of(addresses, key[CUT] != 0),
        count);
  }

  /** {@return about the memory that this takes, in bytes} */
  long memoryBytes() {
    long deepest = probes.size();
    return (long) pages.size() * Long.BYTES * (deepest + 4);
  }
}
