package io.github.dirtyrange.linux.selftest;

import io.github.dirtyrange.interval.RangeVisitor;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.linux.mm.Smaps;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import java.nio.file.Path;

/** How memory is armed, so that its next change shows: as trackers do it on this kernel. */
interface SceneArming {

  /** Arms pages; the memory may have mappings of several kinds, but no hole. */
  void arm(long address, int pages);

  /** Takes write-protection off armed pages again. */
  void lift(long address, int pages);

  /** Has armed memory not registered any more. */
  void unregister(long address, int pages);

  /** Gives up all that was armed. */
  void giveUp();

  /** Shows what else reads as changed once something was mapped at pages. */
  void readsAsChanged(long startVpn, long endVpn, RangeVisitor visitor);

  /** By a userfaultfd of the process's own where it has asynchronous ones; else by soft-dirty. */
  static SceneArming of(SceneCalls calls, int pid) {
    try {
      return new ByUserfaultfd(calls, calls.userfaultfd(ByUserfaultfd.FEATURES));
    } catch (KernelException e) {
      return new BySoftDirty(pid);
    }
  }

  /** Asynchronous write-protection, since Linux 6.7. */
  record ByUserfaultfd(SceneCalls calls, int fd) implements SceneArming {

    static final long FEATURES = Abi.UFFD_FEATURE_WP_ASYNC | Abi.UFFD_FEATURE_WP_UNPOPULATED;

    @Override
    public void arm(long address, int pages) {
      calls.register(fd, address, pages, Abi.UFFDIO_REGISTER_MODE_WP);
      calls.writeProtect(fd, address, pages, Abi.UFFDIO_WRITEPROTECT_MODE_WP);
    }

    @Override
    public void lift(long address, int pages) {
      calls.writeProtect(fd, address, pages, 0);
    }

    @Override
    public void unregister(long address, int pages) {
      calls.unregister(fd, address, pages);
    }

    @Override
    public void giveUp() {
      calls.close(fd);
    }

    @Override
    public void readsAsChanged(long startVpn, long endVpn, RangeVisitor visitor) {}
  }

  /** Soft-dirty, of all the process's memory at once: nothing of it can be lifted. */
  record BySoftDirty(int pid) implements SceneArming {

    /** As smaps has it. */
    private static final String VM_SOFTDIRTY = "sd";

    @Override
    public void arm(long address, int pages) {
      try (Descriptor file = Descriptor.open("/proc/" + pid + "/clear_refs", Abi.O_WRONLY)) {
        file.write("4", "write 4 to clear_refs");
      }
    }

    @Override
    public void lift(long address, int pages) {
      throw needsUserfaultfd();
    }

    @Override
    public void unregister(long address, int pages) {
      throw needsUserfaultfd();
    }

    @Override
    public void giveUp() {
      throw needsUserfaultfd();
    }

    /** {@inheritDoc} All of the mapping that it has become. */
    @Override
    public void readsAsChanged(long startVpn, long endVpn, RangeVisitor visitor) {
      for (PageRange mapping : Smaps.withFlag(Path.of("/proc/" + pid + "/smaps"), VM_SOFTDIRTY)) {
        if (mapping.startVpn() < endVpn && startVpn < mapping.endVpn()) {
          visitor.visit(mapping.startVpn(), mapping.endVpn());
        }
      }
    }

    private static KernelException needsUserfaultfd() {
      return new KernelException(Errno.EOPNOTSUPP, "asynchronous write-protection");
    }
  }
}
