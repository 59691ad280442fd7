package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.mm.pgtable.EntryEdit;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TableVisitor;

/** The memory of a forked child: {@code dup_mmap} and {@code copy_page_range}. */
public final class Fork {

  private final AddressSpace parent;
  private final AddressSpace child;

  private Fork(AddressSpace parent, AddressSpace child) {
    this.parent = parent;
    this.child = child;
  }

  /** Gives a child, with nothing mapped, its parent's memory; both then copy on write. */
  public static void copy(AddressSpace parent, AddressSpace child) {
    parent.clock().charge(Cost.MAPPING_CALL);
    Fork fork = new Fork(parent, child);
    for (int i = 0; i < parent.areas().size(); i++) {
      VmArea area = parent.areas().get(i);
      if (!area.has(VmFlags.DONTCOPY)) {
        fork.copy(area);
      }
    }
    fork.tellReader();
  }

  private void tellReader() {
    child.setUserfaults(parent.userfaults());
    for (int i = 0; i < parent.areas().size(); i++) {
      VmArea area = parent.areas().get(i);
      if (area.has(UserfaultEvent.Kind.FORK.vmFlag()) && !area.has(VmFlags.DONTCOPY)) {
        parent.tell(area, UserfaultEvent.fork());
        return;
      }
    }
  }

  private void copy(VmArea area) {
    VmArea copy = area.copy(area.startVpn(), area.endVpn(), area.pageOffset(area.startVpn()));
    boolean registered = area.has(UserfaultEvent.Kind.FORK.vmFlag());
    copy.setFlags(copy.flags() & ~(VmFlags.LOCKED | (registered ? 0 : VmFlags.UFFD)));
    boolean wiped = area.has(VmFlags.WIPEONFORK);
    boolean touched = area.anonVma() != null;
    copy.setAnonVma(touched && !wiped ? new AnonVma() : null, touched && !wiped);
    PageCache file = area.file();
    if (file != null) {
      file.addMapper(child);
    }
    child.areas().append(copy);
    boolean protectedToo = registered && area.has(VmFlags.UFFD_WP);
    boolean guarded = area.has(VmFlags.MAYBE_GUARD);
    if ((touched || protectedToo || guarded) && !wiped) {
      parent.pages().walk(area.startVpn(), area.endVpn(), new Copying(area, copy));
    }
  }

  private final class Copying implements TableVisitor {

    private final VmArea area;
    private final VmArea copy;
    private final boolean copiesOnWrite;
    private final long[] kept = new long[512];
    private final long[] given = new long[512];

    Copying(VmArea area, VmArea copy) {
      this.area = area;
      this.copy = copy;
      copiesOnWrite = area.copiesOnWrite();
    }

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      for (int i = from; i < to; i++) {
        share(i, table.get(i));
      }
      parent.pages().replace(area, vpn, table, from, to, kept, ChangeCause.FORK);
      child
          .pages()
          .replace(copy, vpn, child.pages().makeTable(vpn), from, to, given, ChangeCause.FORK);
      return true;
    }

    private void share(int index, long entry) {
      kept[index] = entry;
      given[index] = inherited(entry);
      if (Pte.isSwap(entry)) {
        parent.frames().swap().share(Pte.slot(entry));
        kept[index] &= ~Pte.SWAP_EXCLUSIVE;
        given[index] &= ~Pte.SWAP_EXCLUSIVE;
        return;
      }
      if (!Pte.isFramed(entry)) {
        return;
      }
      Frames frames = parent.frames();
      if (isPinned(entry)) {
        given[index] = ownCopy(entry, given[index]);
        return;
      }
      frames.map(Pte.frame(entry));
      kept[index] = shared(entry);
      given[index] = shared(given[index]);
    }

    /** A device may write the parent's page: the child gets one of its own at once. */
    private boolean isPinned(long entry) {
      return (entry & Pte.FILE) == 0 && parent.frames().isPinned(Pte.frame(entry));
    }

    private boolean isAnyPinned(long huge) {
      boolean own = (huge & (Pte.FILE | Pte.SPECIAL)) == 0;
      return own && parent.frames().isAnyPinned(Pte.frame(huge));
    }

    /** {@code copy_present_page}. */
    private long ownCopy(long entry, long inherited) {
      long own = AnonymousFault.ownCopy(child, copy, Pte.frame(entry));
      return protectedAs(inherited, own);
    }

    private static long protectedAs(long inherited, long own) {
      return Pte.isWriteProtected(inherited) ? EntryEdit.WRITE_PROTECT.apply(own) : own;
    }

    /** A page of the pool is copied whole; any other is split, and copied where it is pinned. */
    private boolean hugeInUseByADevice(long startVpn, long endVpn, long entry) {
      if (!area.has(VmFlags.HUGETLB)) {
        HugePages.split(parent, startVpn);
        return parent.pages().walk(startVpn, endVpn, this);
      }
      long own = HugeTlbFault.ownCopy(child, copy, Pte.frame(entry));
      long given = protectedAs(inherited(entry), own);
      child.pages().setHuge(copy, startVpn, given, ChangeCause.FORK);
      return true;
    }

    /**
     * Protection by userfaultfd is the child's too only where its mapping stays registered, and
     * never that of a guard. Markers are made anew, without soft-dirty: {@code copy_pte_marker}.
     */
    private long inherited(long entry) {
      boolean kept = copy.has(VmFlags.UFFD_WP) && !Pte.isGuard(entry);
      long given = Pte.isMarker(entry) ? entry & ~Pte.SWAP_SOFT_DIRTY : entry;
      return kept ? given : EntryEdit.UNPROTECT.apply(given);
    }

    private long shared(long entry) {
      return copiesOnWrite ? entry & ~(Pte.WRITE | Pte.EXCLUSIVE) : entry;
    }

    @Override
    public boolean huge(long startVpn, long endVpn, long entry) {
      if (!Pte.isPresent(entry)) {
        child.pages().setHuge(copy, startVpn, inherited(entry), ChangeCause.FORK);
        return true;
      }
      if (isAnyPinned(entry)) {
        return hugeInUseByADevice(startVpn, endVpn, entry);
      }
      if ((entry & Pte.SPECIAL) == 0) {
        parent.frames().mapHuge(Pte.frame(entry));
      }
      parent.pages().setHuge(area, startVpn, shared(entry), ChangeCause.FORK);
      child.pages().setHuge(copy, startVpn, inherited(shared(entry)), ChangeCause.FORK);
      return true;
    }
  }
}
