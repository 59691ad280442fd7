package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/**
 * A userfaultfd of this process for asynchronous write-protection: a write to an armed page clears
 * the page's protection inside the kernel, and nobody waits ({@code mm/userfaultfd.c}; Linux 6.7).
 *
 * <p>Addresses and lengths are in bytes and page-aligned. Closing it disarms everything: pages then
 * read as written.
 */
public final class Userfaultfd implements AutoCloseable {

  private static final long FEATURES =
      Abi.UFFD_FEATURE_WP_ASYNC
          | Abi.UFFD_FEATURE_WP_UNPOPULATED
          | Abi.UFFD_FEATURE_WP_HUGETLBFS_SHMEM;

  /**
   * Who arms leaves this on the open file, which the process keeps when its tracker is killed. A
   * userfaultfd signals nobody, so that nothing else comes of it.
   */
  private static final int ARMED = 60;

  private final Descriptor descriptor;
  private final boolean userModeOnly;
  private final boolean fresh;
  private final ByteBuffer argument = Sys.struct(32);

  private Userfaultfd(Descriptor descriptor, boolean userModeOnly, boolean fresh) {
    this.descriptor = descriptor;
    this.fresh = fresh;
    this.userModeOnly = userModeOnly;
  }

  /**
   * Opens one for the calling process, for faults of user mode only where more is not allowed:
   * asynchronous write-protection works alike with both.
   *
   * @throws KernelException ENOSYS or EPERM without userfaultfd, EINVAL without WP_ASYNC
   */
  public static Userfaultfd open() {
    long fd = create(0);
    boolean userModeOnly = fd == -1 && Sys.errno() == Errno.EPERM.number();
    if (userModeOnly) {
      fd = create(Abi.UFFD_USER_MODE_ONLY);
    }
    Userfaultfd opened = new Userfaultfd(Descriptor.of(fd, "userfaultfd"), userModeOnly, true);
    try {
      opened.handshake();
      return opened;
    } catch (KernelException e) {
      opened.close();
      throw e;
    }
  }

  /** Takes over a descriptor on which the features were agreed, or agrees on them now. */
  static Userfaultfd of(Descriptor descriptor, boolean agreed) {
    Userfaultfd userfaultfd = new Userfaultfd(descriptor, true, !agreed);
    if (agreed) {
      return userfaultfd;
    }
    try {
      userfaultfd.handshake();
      return userfaultfd;
    } catch (KernelException e) {
      userfaultfd.close();
      throw e;
    }
  }

  private static long create(int flags) {
    return Sys.libc().syscall(Abi.SYS_USERFAULTFD, Abi.O_CLOEXEC | Abi.O_NONBLOCK | flags);
  }

  private void handshake() {
    argument.putLong(0, Abi.UFFD_API).putLong(8, FEATURES).putLong(16, 0);
    call(Abi.UFFDIO_API, "UFFDIO_API with WP_ASYNC");
  }

  /**
   * {@return whether nothing can have been registered by it before it came here, but by a tracker
   * that did not come to take it back}
   */
  boolean isFresh() {
    return fresh || isMarked(descriptor);
  }

  /** {@return whether a tracker has armed by a userfaultfd, and has not taken that back} */
  static boolean isMarked(Descriptor descriptor) {
    return descriptor.signal() == ARMED;
  }

  /** Notes on the open file whether all that is registered by it is a tracker's. */
  void markArmed(boolean armed) {
    descriptor.setSignal(armed ? ARMED : 0);
  }

  /** {@return whether the kernel granted only faults of user mode} */
  public boolean userModeOnly() {
    return userModeOnly;
  }

  /**
   * Registers whole mappings for write-protection; none of their pages is armed yet.
   *
   * @throws KernelException EBUSY if another userfaultfd has a mapping, EINVAL if none is there
   */
  public void register(long address, long bytes) {
    range(address, bytes).putLong(16, Abi.UFFDIO_REGISTER_MODE_WP).putLong(24, 0);
    call(Abi.UFFDIO_REGISTER, "UFFDIO_REGISTER");
  }

  /**
   * {@return whether hugetlbfs was among what was registered last} Then the kernel offers no
   * UFFDIO_ZEROPAGE there ({@code userfaultfd_register}, fs/userfaultfd.c).
   */
  boolean registeredHugetlb() {
    return (argument.getLong(24) & Abi.UFFD_ZEROPAGE) == 0;
  }

  /** Arms every page of a registered range, touched or not, in time proportional to its pages. */
  public void writeProtect(long address, long bytes) {
    range(address, bytes).putLong(16, Abi.UFFDIO_WRITEPROTECT_MODE_WP);
    call(Abi.UFFDIO_WRITEPROTECT, "UFFDIO_WRITEPROTECT");
  }

  /**
   * {@return whether a page of private anonymous memory is registered, in the memory that this
   * works on} Asks for what such memory never gets, UFFDIO_CONTINUE: of what is not registered the
   * kernel says ENOENT first ({@code uffd_mfill_lock}, mm/userfaultfd.c).
   */
  boolean isRegistered(long address) {
    range(address, Pages.SIZE).putLong(16, Abi.UFFDIO_CONTINUE_MODE_WP).putLong(24, 0);
    try {
      call(Abi.UFFDIO_CONTINUE, "UFFDIO_CONTINUE");
      return true;
    } catch (KernelException e) {
      return e.errno() != Errno.ENOENT;
    }
  }

  /** Takes a range back out; its pages are disarmed. */
  public void unregister(long address, long bytes) {
    range(address, bytes);
    call(Abi.UFFDIO_UNREGISTER, "UFFDIO_UNREGISTER");
  }

  private ByteBuffer range(long address, long bytes) {
    return argument.putLong(0, address).putLong(8, bytes);
  }

  private void call(long request, String name) {
    descriptor.ioctl(request, Sys.address(argument), name);
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
