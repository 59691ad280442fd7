package io.github.dirtyrange.bench.interval;

import java.util.function.Supplier;

/** The structures compared. */
public enum Structure {
  /** The map of this project. */
  DIRTYRANGE(DirtyrangeSubject::new, true),
  /** A bare list of page numbers, sorted at the drain: the floor of what a fill can cost. */
  APPEND_LOG(AppendLogSubject::new, false),
  /** Guava's TreeRangeSet, or with masks TreeRangeMap. */
  TREE_RANGE(TreeRangeSetSubject::new, false),
  /** Guava's TreeRangeMap, masks merged. */
  TREE_RANGE_MAP(TreeRangeMapSubject::new, true),
  /** RoaringBitmap, 32-bit pages. */
  ROARING(RoaringSubject::new, false),
  /** Roaring64NavigableMap. */
  ROARING64(Roaring64Subject::new, false),
  /** java.util.BitSet over the whole space. */
  BIT_SET(BitSetSubject::new, false),
  /** Lucene's SparseFixedBitSet over the whole space. */
  SPARSE_BIT_SET(SparseBitSetSubject::new, false),
  /** fastutil's Long2LongAVLTreeMap, start to end. */
  AVL_MAP(AvlMapSubject::new, false),
  /** fastutil's LongOpenHashSet, radix-sorted at the drain. */
  HASH_SET(HashSetSubject::new, false),
  /** fastutil's Long2LongOpenHashMap from page to mask, radix-sorted at the drain. */
  HASH_MAP(HashMapSubject::new, true),
  /** One BitSet per mask. */
  BIT_SETS(BitSetsSubject::new, true);

  @SuppressWarnings("ImmutableEnumChecker") // a constructor reference holds nothing
  private final Supplier<Subject> factory;

  private final boolean masks;

  Structure(Supplier<Subject> factory, boolean masks) {
    this.factory = factory;
    this.masks = masks;
  }

  Subject create() {
    return factory.get();
  }

  /** {@return whether it can carry a workload's masks} */
  boolean carries(Workload workload) {
    return masks || !workload.hasMasks();
  }
}
