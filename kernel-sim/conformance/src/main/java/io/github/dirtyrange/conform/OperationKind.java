package io.github.dirtyrange.conform;

import com.google.common.base.CaseFormat;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.Immutable;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kinds of operation that programs are made of, how often each comes, and who draws them. */
public enum OperationKind {
  MMAP(8, d -> MappingDraws.mmap(d, X64Abi.MAP_PRIVATE)),
  MUNMAP(3, MappingDraws::munmap),
  LOAD(10, d -> List.of(new Operation.Load(d.process(), d.page()))),
  STORE(20, d -> List.of(new Operation.Store(d.process(), d.page(), d.value()))),
  MPROTECT(7, MappingDraws::mprotect),
  UFFD_OPEN(3, UserfaultDraws::open),
  UFFD_REGISTER(4, UserfaultDraws::register),
  UFFD_UNREGISTER(2, UserfaultDraws::unregister),
  UFFD_WRITE_PROTECT(6, UserfaultDraws::writeProtect),
  SCAN(18, ScanDraws::scan),
  SMAPS(3, d -> List.of(new Operation.Smaps(d.process()))),
  CLEAR_REFS(
      5, d -> List.of(new Operation.ClearRefs(d.process(), d.chance(0.9) ? 4 : d.below(8) - 1))),
  MREMAP(5, MappingDraws::mremap),
  KERNEL_WRITE(3, FileDraws::kernelWrite),
  FOREIGN_WRITE(3, FileDraws::foreignWrite),
  MEM_WRITE(3, d -> List.of(new Operation.MemWrite(d.process(), d.page(), d.value()))),
  MLOCK(2, MappingDraws::mlock),
  MUNLOCK(2, MappingDraws::munlock),
  MMAP_SHARED(4, d -> MappingDraws.mmap(d, X64Abi.MAP_SHARED)),
  MMAP_MEMFD(4, d -> MappingDraws.mmapFile(d, Files.MEMFD)),
  MMAP_FILE(4, d -> MappingDraws.mmapFile(d, Files.DISK)),
  MMAP_READ_ONLY(2, d -> MappingDraws.mmapFile(d, Files.READ_ONLY)),
  MMAP_HUGETLB(16, d -> HugeTlbDraws.mmap(d, X64Abi.MAP_PRIVATE)),
  MMAP_HUGETLB_SHARED(16, d -> HugeTlbDraws.mmap(d, X64Abi.MAP_SHARED)),
  MMAP_STACK(1, MappingDraws::mmapStack),
  STACK_STORE(4, MappingDraws::stackStore),
  BRK(3, MappingDraws::brk),
  FILE_WRITE(2, FileDraws::write),
  FILE_TRUNCATE(2, FileDraws::truncate),
  FILE_PUNCH(2, FileDraws::punch),
  FORK(4, d -> List.of(new Operation.Fork(d.process(), d.freeSlot()))),
  EXIT(10, MappingDraws::exit),
  PAGEOUT(8, FrameDraws::pageout),
  SOFT_OFFLINE(3, d -> List.of(new Operation.SoftOffline(d.process(), d.page()))),
  SWAP_OFF(1, d -> List.of(new Operation.SwapOff(d.process()))),
  MERGE(2, d -> List.of(new Operation.Merge(d.process()))),
  MADVISE_MERGEABLE(3, FrameDraws::mergeable),
  MADVISE_UNMERGEABLE(2, advice(Advice.UNMERGEABLE)),
  MADVISE_DONTNEED(4, advice(Advice.DONTNEED)),
  MADVISE_DONTNEED_LOCKED(2, advice(Advice.DONTNEED_LOCKED)),
  MADVISE_FREE(3, advice(Advice.FREE)),
  MADVISE_POPULATE_READ(3, advice(Advice.POPULATE_READ)),
  MADVISE_POPULATE_WRITE(3, advice(Advice.POPULATE_WRITE)),
  MADVISE_GUARD_INSTALL(4, advice(Advice.GUARD_INSTALL)),
  MADVISE_GUARD_REMOVE(2, advice(Advice.GUARD_REMOVE)),
  MADVISE_DONTFORK(2, advice(Advice.DONTFORK)),
  MADVISE_DOFORK(2, advice(Advice.DOFORK)),
  MADVISE_WIPEONFORK(3, advice(Advice.WIPEONFORK)),
  MADVISE_KEEPONFORK(2, advice(Advice.KEEPONFORK)),
  MADVISE_HUGEPAGE(2, d -> MappingDraws.madvise(d, MappingDraws.blocks(d), Advice.HUGEPAGE)),
  MADVISE_NOHUGEPAGE(2, advice(Advice.NOHUGEPAGE)),
  MADVISE_COLLAPSE(1, MappingDraws::collapse),
  MADVISE_REMOVE(4, MappingDraws::remove);

  /** What came with Linux 6.7, and what is done with it. */
  private static final Set<OperationKind> ASYNCHRONOUS =
      ImmutableSet.of(UFFD_OPEN, UFFD_REGISTER, UFFD_UNREGISTER, UFFD_WRITE_PROTECT, SCAN);

  /** What needs huge pages of the pool, and room for whole ones. */
  static final Set<OperationKind> OF_THE_POOL = ImmutableSet.of(MMAP_HUGETLB, MMAP_HUGETLB_SHARED);

  private static final Set<OperationKind> WHOLE_MACHINE =
      ImmutableSet.of(SOFT_OFFLINE, SWAP_OFF, MERGE);

  /** Draws the arguments of one operation, and what should be done right before it. */
  @Immutable
  private interface Maker {
    List<Operation> make(Draws draws);
  }

  /** How much more often a layout with huge pages has what concerns them. */
  private static final int MORE_OF_HUGE = 60;

  private final int weight;
  private final Maker maker;

  OperationKind(int weight, Maker maker) {
    this.weight = weight;
    this.maker = maker;
  }

  private static Maker advice(Advice advice) {
    return d -> MappingDraws.madvise(d, d.chance(0.2) ? d.most() : d.span(), advice);
  }

  /** {@return the name that {@code --ops} takes, for instance {@code uffd-register}} */
  public String label() {
    return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name());
  }

  /** {@return the kind of that name} */
  public static Optional<OperationKind> of(String label) {
    return Arrays.stream(values()).filter(k -> k.label().equals(label)).findFirst();
  }

  /** {@return whether it concerns all of the machine, and so everybody on it} */
  public boolean concernsTheWholeMachine() {
    return WHOLE_MACHINE.contains(this);
  }

  /** {@return whether a kernel of the profile has no such operation} */
  public boolean isLackedBy(Profile profile) {
    return (ASYNCHRONOUS.contains(this) && profile.has(Quirk.NO_PAGEMAP_SCAN))
        || (this == SOFT_OFFLINE && profile.has(Quirk.NO_SOFT_OFFLINE));
  }

  /** {@return how often the kind comes in a layout, beside the other kinds' weights} */
  int weight(Layout layout) {
    if (OF_THE_POOL.contains(this) && !layout.equals(Layout.HUGE)) {
      return 0;
    }
    return this == MADVISE_COLLAPSE && layout.equals(Layout.HUGE) ? weight * MORE_OF_HUGE : weight;
  }

  /** {@return an operation of this kind, after others that prepare it} */
  List<Operation> draw(Draws draws) {
    return maker.make(draws);
  }
}
