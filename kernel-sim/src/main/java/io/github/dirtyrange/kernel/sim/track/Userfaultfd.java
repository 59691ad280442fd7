package io.github.dirtyrange.kernel.sim.track;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.UserfaultContext;
import io.github.dirtyrange.kernel.sim.mm.UserfaultEvent;
import io.github.dirtyrange.kernel.sim.mm.UserfaultFill;
import io.github.dirtyrange.kernel.sim.mm.UserfaultReader;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import java.util.Arrays;
import java.util.List;

/** A userfaultfd of one process: {@code fs/userfaultfd.c}. */
public final class Userfaultfd {

  /** UFFD_FEATURE_WP_UNPOPULATED: untouched anonymous pages can be protected, by markers. */
  public static final long WP_UNPOPULATED = 1L << 13;

  /** UFFD_FEATURE_WP_ASYNC: the kernel resolves write-protection faults itself. */
  public static final long WP_ASYNC = 1L << 15;

  /** UFFDIO_REGISTER_MODE_MISSING. */
  public static final int MISSING = 1;

  /** UFFDIO_REGISTER_MODE_WP. */
  public static final int WRITE_PROTECT = 2;

  private static final String UNREGISTER = "UFFDIO_UNREGISTER";

  /** The features that ask for events. */
  private static final long EVENTS =
      Arrays.stream(UserfaultEvent.Kind.values())
          .mapToLong(UserfaultEvent.Kind::feature)
          .reduce(0, (a, b) -> a | b);

  private final AddressSpace mm;
  private final UserfaultContext context;

  /**
   * Opens a descriptor and agrees on features: UFFDIO_API.
   *
   * @throws KernelException EINVAL for a feature that the kernel does not know
   */
  public Userfaultfd(AddressSpace mm, long features) {
    boolean old = mm.profile().has(Quirk.NO_PAGEMAP_SCAN);
    long known = EVENTS | (old ? 0 : WP_ASYNC | WP_UNPOPULATED);
    refuseIf((features & ~known) != 0, Errno.EINVAL, "UFFDIO_API");
    this.mm = mm;
    context =
        new UserfaultContext((features & WP_ASYNC) != 0 ? features | WP_UNPOPULATED : features);
  }

  private Userfaultfd(AddressSpace mm, UserfaultContext context) {
    this.mm = mm;
    this.context = context;
  }

  /**
   * {@return the descriptor that a forked child's mappings are registered with} In Linux it comes
   * with the message of the fork.
   *
   * @throws KernelException ENOENT where no mapping is registered
   */
  public static Userfaultfd inherited(AddressSpace mm) {
    for (VmArea area : mm.areas().overlapping(0, AddressSpace.END_VPN)) {
      UserfaultContext registered = area.userfaults();
      if (registered != null) {
        return new Userfaultfd(mm, registered);
      }
    }
    throw new KernelException(Errno.ENOENT, "inherited userfaultfd");
  }

  /** {@return the features that a kernel knows, as UFFDIO_API answers them} */
  public static long features(Profile profile) {
    if (profile.has(Quirk.NO_PAGEMAP_SCAN)) {
      return WP_UNPOPULATED - 1;
    }
    return profile.has(Quirk.NO_ACCESSED_CATEGORY) ? (WP_ASYNC << 2) - 1 : (WP_ASYNC << 4) - 1;
  }

  /**
   * Sets who reads the messages: of faults that the kernel does not resolve itself, and of the
   * events that were asked for. A process has one reader, whichever of its descriptors it is set
   * on.
   */
  public void setReader(UserfaultReader reader) {
    mm.setUserfaults(reader);
  }

  /** {@return whether the kernel resolves write-protection faults itself} */
  boolean isAsync() {
    return (context.features() & WP_ASYNC) != 0;
  }

  /**
   * Registers the mappings of a range: UFFDIO_REGISTER.
   *
   * @param mode {@link #MISSING}, {@link #WRITE_PROTECT} or both
   * @throws KernelException EINVAL where the range holds no mapping or the mode is none; EBUSY
   *     where another descriptor has registered a mapping of it
   */
  public void register(long startVpn, long endVpn, int mode) {
    mm.clock().charge(Cost.MAPPING_CALL);
    boolean sound = startVpn < endVpn && (mode & ~(MISSING | WRITE_PROTECT)) == 0 && mode != 0;
    List<VmArea> areas = mm.areas().overlapping(startVpn, endVpn);
    refuseIf(!sound || areas.isEmpty(), Errno.EINVAL, "UFFDIO_REGISTER");
    areas.forEach(this::checkFree);
    setFlags(startVpn, endVpn, flags(mode));
  }

  /** Throws {@link KernelException} with EBUSY for a mapping of another descriptor. */
  void checkFree(VmArea area) {
    refuseIf(isAnothers(area), Errno.EBUSY, "UFFDIO_REGISTER");
  }

  private boolean isAnothers(VmArea area) {
    return area.userfaults() != null && area.userfaults() != context;
  }

  private long flags(int mode) {
    long features = context.features();
    long flags = (mode & MISSING) != 0 ? VmFlags.UFFD_MISSING : 0;
    for (UserfaultEvent.Kind kind : UserfaultEvent.Kind.values()) {
      flags |= (features & kind.feature()) != 0 ? kind.vmFlag() : 0;
    }
    if ((mode & WRITE_PROTECT) == 0) {
      return flags;
    }
    flags |= VmFlags.UFFD_WP;
    flags |= (features & WP_ASYNC) != 0 ? VmFlags.UFFD_WP_ASYNC : 0;
    return flags | ((features & WP_UNPOPULATED) != 0 ? VmFlags.UFFD_WP_MARKERS : 0);
  }

  private void setFlags(long startVpn, long endVpn, long uffdFlags) {
    for (VmArea area : mm.areas().overlapping(startVpn, endVpn)) {
      setFlags(area, startVpn, endVpn, uffdFlags);
    }
  }

  private void setFlags(VmArea area, long startVpn, long endVpn, long uffdFlags) {
    long flags = (area.flags() & ~VmFlags.UFFD) | uffdFlags;
    if (flags != area.flags()) {
      long from = Math.max(startVpn, area.startVpn());
      mm.register(from, Math.min(endVpn, area.endVpn()), flags, uffdFlags == 0 ? null : context);
    }
  }

  /**
   * Lifts all protection from a range and takes it off the descriptor: UFFDIO_UNREGISTER.
   *
   * @throws KernelException EINVAL, before anything is changed, where another descriptor has
   *     registered a mapping of it
   */
  public void unregister(long startVpn, long endVpn) {
    mm.clock().charge(Cost.MAPPING_CALL);
    List<VmArea> areas = mm.areas().overlapping(startVpn, endVpn);
    boolean refuses = !mm.profile().has(Quirk.UFFD_UNREGISTERS_ANOTHERS);
    refuseIf(refuses && areas.stream().anyMatch(this::isAnothers), Errno.EINVAL, UNREGISTER);
    areas.forEach(area -> lift(area, startVpn, endVpn));
    setFlags(startVpn, endVpn, 0);
  }

  private void lift(VmArea area, long startVpn, long endVpn) {
    if (area.has(VmFlags.UFFD_WP)) {
      long from = Math.max(startVpn, area.startVpn());
      WriteProtection.lift(mm, area, from, Math.min(endVpn, area.endVpn()));
    }
  }

  /** Takes everything off the descriptor, as closing it does: {@code userfaultfd_release}. */
  public void close() {
    mm.clock().charge(Cost.MAPPING_CALL);
    for (VmArea area : mm.areas().overlapping(0, AddressSpace.END_VPN)) {
      if (area.userfaults() == context) {
        lift(area, area.startVpn(), area.endVpn());
      }
    }
    for (VmArea area : mm.areas().overlapping(0, AddressSpace.END_VPN)) {
      if (area.userfaults() == context) {
        setFlags(area, area.startVpn(), area.endVpn(), 0);
      }
    }
  }

  /**
   * Protects a range: UFFDIO_WRITEPROTECT with the mode WP.
   *
   * @throws KernelException ENOENT where nothing is registered for write-protection, EINVAL where
   *     huge pages of the pool are cut; what came before it is protected
   */
  public void writeProtect(long startVpn, long endVpn) {
    for (VmArea area : registered(startVpn, endVpn)) {
      checkProtectable(area, startVpn, endVpn);
      long from = Math.max(startVpn, area.startVpn());
      WriteProtection.protect(mm, area, from, Math.min(endVpn, area.endVpn()));
    }
  }

  /** Lifts the protection of a range: UFFDIO_WRITEPROTECT with the mode 0. */
  public void unprotect(long startVpn, long endVpn) {
    for (VmArea area : registered(startVpn, endVpn)) {
      checkProtectable(area, startVpn, endVpn);
      long from = Math.max(startVpn, area.startVpn());
      WriteProtection.lift(mm, area, from, Math.min(endVpn, area.endVpn()));
    }
  }

  private static void checkProtectable(VmArea area, long startVpn, long endVpn) {
    refuseIf(!area.has(VmFlags.UFFD_WP), Errno.ENOENT, "UFFDIO_WRITEPROTECT");
    boolean whole = PageTable.index(startVpn | endVpn) == 0;
    refuseIf(area.has(VmFlags.HUGETLB) && !whole, Errno.EINVAL, "UFFDIO_WRITEPROTECT");
  }

  private List<VmArea> registered(long startVpn, long endVpn) {
    mm.clock().charge(Cost.MAPPING_CALL);
    List<VmArea> areas = mm.areas().overlapping(startVpn, endVpn);
    refuseIf(areas.isEmpty(), Errno.ENOENT, "UFFDIO_WRITEPROTECT");
    return areas;
  }

  /**
   * Fills a missing page, of whatever descriptor it is registered with: UFFDIO_COPY.
   *
   * @throws KernelException ENOENT where the mapping is not registered; and as {@link
   *     UserfaultFill#copy}
   */
  public void copy(long vpn, long stamp) {
    mm.clock().charge(Cost.COPY_PAGE);
    UserfaultFill.copy(mm, destination(vpn), vpn, stamp);
  }

  /**
   * Fills a missing page with the zero page: UFFDIO_ZEROPAGE.
   *
   * @throws KernelException ENOENT where the mapping is not registered; and as {@link
   *     UserfaultFill#zero}
   */
  public void zeroPage(long vpn) {
    mm.clock().charge(Cost.MAPPING_CALL);
    UserfaultFill.zero(mm, destination(vpn), vpn);
  }

  private VmArea destination(long vpn) {
    VmArea area = mm.areas().find(vpn);
    if (area == null || (area.flags() & VmFlags.UFFD) == 0) {
      throw new KernelException(
          Errno.ENOENT, String.format("UFFDIO_COPY to address %x", Pages.address(vpn)));
    }
    return area;
  }
}
