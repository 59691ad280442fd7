package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MappedParts.Part;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells whether a userfaultfd works on a process's own memory. One that was inherited by fork works
 * on the parent's, which may be armed itself: nothing that is registered there may be touched.
 *
 * <p>So a page is tried that is registered neither here nor there: registered for a moment, it
 * shows here, or it does not.
 */
final class OwnMemory {

  private final ProcMaps maps;
  private final UnregisteredParts unregistered;

  OwnMemory(MemoryIdentity identity, ProcMaps maps) {
    this.maps = maps;
    unregistered = new UnregisteredParts(identity.pagemap());
  }

  /** {@return whether it is this memory that a userfaultfd works on} */
  boolean is(Userfaultfd userfaultfd) {
    List<Part> parts = MappedParts.of(maps.read(), TrackedRanges.allOfUserSpace());
    Set<Part> fresh =
        new HashSet<>(unregistered.among(MappedParts.runs(parts, OwnMemory::isTried)));
    boolean alike = false;
    for (Part part : parts) {
      if (isTried(part)) {
        long address = Pages.address(part.startVpn());
        boolean registeredThere = userfaultfd.isRegistered(address);
        if (!fresh.contains(part)) {
          alike |= registeredThere;
        } else if (!registeredThere && registers(userfaultfd, address)) {
          boolean shown = !unregistered.has(address);
          if (unregisters(userfaultfd, address)) {
            return shown;
          }
        }
      }
    }
    return alike;
  }

  /** {@return whether it is of memory that can be tried on} Every process has a stack. */
  static boolean isTried(Part part) {
    Vma vma = part.vma();
    boolean anonymous = vma.path().isEmpty() || vma.path().equals("[stack]");
    return anonymous && !vma.shared() && !vma.isOfFile();
  }

  private static boolean registers(Userfaultfd userfaultfd, long address) {
    try {
      userfaultfd.register(address, Pages.SIZE);
      return true;
    } catch (KernelException e) {
      return false; // nothing is mapped there, or there are too many mappings
    }
  }

  private static boolean unregisters(Userfaultfd userfaultfd, long address) {
    try {
      userfaultfd.unregister(address, Pages.SIZE);
      return true;
    } catch (KernelException e) {
      return false; // unmapped meanwhile, its registration with it: nothing was shown by that page
    }
  }
}
