package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import java.io.IOException;
import java.nio.file.Path;

/** A process of either kernel, with three mappings of four pages at multiples of a stride. */
interface Watched extends AutoCloseable {

  int MAPPINGS = 3;
  long STRIDE = 8;
  int NEW_PAGES = 16;

  Kernel kernel();

  int pid();

  long firstVpn();

  void write(long vpn) throws IOException;

  /** Maps 16 pages anew and writes them; {@return the first} */
  long mapMore() throws IOException;

  /** Unmaps 16 pages. */
  void unmap(long vpn) throws IOException;

  /** Ends the process. */
  void end() throws InterruptedException;

  @Override
  void close();

  /** On the simulated kernel. */
  record Simulated(SimKernel kernel, SimProcess target) implements Watched {

    private static final long FIRST = 1L << 30;

    static Simulated start(Profile profile) {
      SimKernel kernel = new SimKernel(profile);
      SimProcess target = kernel.spawn();
      for (int i = 0; i < MAPPINGS; i++) {
        long at = Pages.address(FIRST + i * STRIDE);
        target.mmap(
            at,
            4L * Pages.SIZE,
            Prot.READ | Prot.WRITE,
            Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
        target.store(at, 1);
      }
      return new Simulated(kernel, target);
    }

    @Override
    public int pid() {
      return target.pid();
    }

    @Override
    public long firstVpn() {
      return FIRST;
    }

    @Override
    public void write(long vpn) {
      target.store(Pages.address(vpn), 2);
    }

    @Override
    public long mapMore() {
      long at = target.mmap((long) NEW_PAGES * Pages.SIZE);
      target.storeRange(at, (long) NEW_PAGES * Pages.SIZE, 1);
      return Pages.vpn(at);
    }

    @Override
    public void unmap(long vpn) {
      target.munmap(Pages.address(vpn), (long) NEW_PAGES * Pages.SIZE);
    }

    @Override
    public void end() {
      target.exit();
    }

    @Override
    public void close() {}
  }

  /** On the running kernel: the C program {@code many}, which offers its userfaultfd. */
  record Running(CTarget target, long firstVpn, Kernel kernel) implements Watched {

    static Running start(Path many) throws IOException {
      CTarget target = CTarget.start(many, MAPPINGS);
      return new Running(target, Pages.vpn(target.longNumber()), LinuxKernel.open());
    }

    @Override
    public int pid() {
      return target.pid();
    }

    @Override
    public void write(long vpn) throws IOException {
      target.ask("s " + Pages.address(vpn));
    }

    @Override
    public long mapMore() throws IOException {
      return Pages.vpn(Long.parseLong(target.ask("m")));
    }

    /** Maps pages anew, away from the rest, and touches none; {@return the first} */
    long mapEmpty(long pages) throws IOException {
      return Pages.vpn(Long.parseLong(target.ask("e " + pages)));
    }

    /** Maps pages anew where others were, and touches none. */
    void mapEmpty(long pages, long vpn) throws IOException {
      target.ask("e " + pages + " " + Pages.address(vpn));
    }

    /** Maps its own file over one page. */
    void mapFile(long vpn) throws IOException {
      target.ask("x " + Pages.address(vpn));
    }

    @Override
    public void unmap(long vpn) throws IOException {
      target.ask("d " + Pages.address(vpn));
    }

    @Override
    public void end() throws InterruptedException {
      target.kill();
    }

    @Override
    public void close() {
      target.close();
    }
  }
}
