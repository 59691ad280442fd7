package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Forks;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.linux.mm.Userfaultfd;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.ProcMount;
import io.github.dirtyrange.linux.sys.Settings;
import io.github.dirtyrange.linux.sys.Sharing;
import io.github.dirtyrange.linux.sys.Sys;
import io.github.dirtyrange.linux.sys.Threads;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The Linux kernel that this process runs on. */
public final class LinuxKernel implements Kernel {

  private final String release;
  private final Capabilities capabilities;

  private final ArmingOptions arming;

  private LinuxKernel(String release, Capabilities capabilities, ArmingOptions arming) {
    this.release = release;
    this.capabilities = capabilities;
    this.arming = arming;
  }

  /**
   * Opens the running kernel and probes by real round trips what it gives this process.
   *
   * @throws KernelException EOPNOTSUPP where this is not Linux on x86-64 or aarch64 with pages of
   *     4096 bytes, or /proc is not mounted or another PID namespace's
   */
  public static LinuxKernel open() {
    return open(ArmingOptions.defaults());
  }

  /** Opens the running kernel; its processes are armed, where they are, as the options say. */
  public static LinuxKernel open(ArmingOptions arming) {
    requireKnownMachine();
    ProcMount.requireOwn();
    return new LinuxKernel(
        Settings.read("kernel/osrelease").orElse("unknown"), CapabilityProbe.probe(), arming);
  }

  /**
   * Refuses machines of which nothing is known, and a /proc of which nothing is true here.
   *
   * @throws KernelException EOPNOTSUPP where this is not Linux on x86-64 or aarch64 with pages of
   *     4096 bytes, or /proc is another PID namespace's
   */
  public static void requireKnownMachine() {
    String os = System.getProperty("os.name", "unknown");
    String arch = System.getProperty("os.arch", "unknown");
    if (!os.equals("Linux") || !Abi.knows(arch)) {
      throw new KernelException(
          Errno.EOPNOTSUPP, "needs Linux on x86-64 or aarch64, this is " + os + " on " + arch);
    }
    int pageBytes = Sys.libc().getpagesize();
    if (pageBytes != Pages.SIZE) {
      throw new KernelException(
          Errno.EOPNOTSUPP, "needs pages of 4096 bytes, this kernel's have " + pageBytes);
    }
    ProcMount.requireNoOthers();
  }

  /**
   * Opens a userfaultfd of this process, which stays open until the process ends, so that a tracker
   * can take it and arm this process's memory ({@link TrackedProcess#arm}).
   *
   * @throws KernelException ENOSYS, EPERM or EINVAL where there is none with WP_ASYNC
   */
  public static void offerUserfaultfd() {
    Userfaultfd.open();
  }

  @Override
  public String name() {
    return "linux";
  }

  @Override
  public String release() {
    return release;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** {@inheritDoc} Those of one machine: a change queue learns its target's from its own drains. */
  @Override
  public CostModel costs() {
    return CostModel.defaults();
  }

  @Override
  public TrackedProcess open(int pid) {
    try {
      return LinuxProcess.open(pid, arming);
    } catch (KernelException e) {
      throw Remedies.ofLooking(e);
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public String threadName(int pid, int tid) {
    return Threads.name(pid, tid);
  }

  @Override
  public OptionalLong cpuNanos() {
    ByteBuffer time = Sys.struct(2 * Long.BYTES);
    Sys.check(
        Sys.libc().clock_gettime(Abi.CLOCK_PROCESS_CPUTIME_ID, time),
        "clock_gettime CLOCK_PROCESS_CPUTIME_ID");
    return OptionalLong.of(TimeUnit.SECONDS.toNanos(time.getLong(0)) + time.getLong(Long.BYTES));
  }

  /** {@inheritDoc} Children that are there already are none. */
  @Override
  public Forks watchForks() {
    return LinuxForks.open();
  }

  @Override
  public boolean shareMemory(int pid, int otherPid) {
    return Sharing.ofMemory(pid, otherPid) == Sharing.SHARED;
  }
}
