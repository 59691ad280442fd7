package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimFile;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process, of either kernel, that has mapped eight pages each of two files, a memfd and one on
 * disk, shared and private; page {@code i} of a file begins with {@code i + 1}.
 */
interface MappedFiles extends AutoCloseable {

  /** How many pages there are of each. */
  int PAGES = 8;

  /** The two files. */
  int MEMFD = 0;

  /** The file on disk. */
  int DISK = 1;

  Kernel kernel();

  TrackedProcess process();

  /** {@return the first page of a file's mapping} */
  long vpn(int file, boolean shared);

  long load(long vpn) throws IOException;

  void store(long vpn, long value) throws IOException;

  void punch(int file, int page, int pages) throws IOException;

  void remove(long vpn, int pages) throws IOException;

  void truncate(int file, long bytes) throws IOException;

  void write(int file, int page, long value) throws IOException;

  @Override
  void close();

  /** Maps the files on a simulated kernel. */
  static MappedFiles simulated(Profile profile) {
    SimKernel kernel = new SimKernel(profile);
    SimProcess target = kernel.spawn();
    List<SimFile> files = List.of(kernel.createMemfd("files"), kernel.createFile("/files"));
    List<Long> vpns = new ArrayList<>();
    for (SimFile file : files) {
      file.truncate((long) PAGES * Pages.SIZE);
      for (int page = 0; page < PAGES; page++) {
        file.write(Pages.address(page), page + 1);
      }
      for (int kind : new int[] {Mmap.SHARED, Mmap.PRIVATE}) {
        long bytes = (long) PAGES * Pages.SIZE;
        long address = target.mmapFile(0, bytes, Prot.READ | Prot.WRITE, kind, file, 0);
        for (int page = 0; page < PAGES; page++) {
          target.load(address + Pages.address(page));
        }
        vpns.add(Pages.vpn(address));
      }
    }
    return new Simulated(kernel, target, files, vpns, target.tracked());
  }

  /** Maps the files on the running kernel, by a compiled {@code files.c}, one in a folder. */
  static MappedFiles running(Path binary, Path folder) throws IOException {
    CTarget target = CTarget.start(binary, folder);
    List<Long> vpns = new ArrayList<>();
    for (int mapping = 0; mapping < 4; mapping++) {
      vpns.add(Pages.vpn(target.longNumber()));
    }
    Kernel kernel = LinuxKernel.open();
    return new Running(target, vpns, kernel, kernel.open(target.pid()));
  }

  private static int index(int file, boolean shared) {
    return 2 * file + (shared ? 0 : 1);
  }

  /** On the simulated kernel. */
  record Simulated(
      SimKernel kernel,
      SimProcess target,
      List<SimFile> files,
      List<Long> vpns,
      TrackedProcess process)
      implements MappedFiles {

    @Override
    public long vpn(int file, boolean shared) {
      return vpns.get(index(file, shared));
    }

    @Override
    public long load(long vpn) {
      return target.load(Pages.address(vpn));
    }

    @Override
    public void store(long vpn, long value) {
      target.store(Pages.address(vpn), value);
    }

    @Override
    public void punch(int file, int page, int pages) {
      files.get(file).punchHole(Pages.address(page), Pages.address(pages));
    }

    @Override
    public void remove(long vpn, int pages) {
      target.madvise(Pages.address(vpn), Pages.address(pages), Madvise.Advice.REMOVE);
    }

    @Override
    public void truncate(int file, long bytes) {
      files.get(file).truncate(bytes);
    }

    @Override
    public void write(int file, int page, long value) {
      files.get(file).write(Pages.address(page), value);
    }

    @Override
    public void close() {
      process.close();
    }
  }

  /** On the running kernel. */
  record Running(CTarget target, List<Long> vpns, Kernel kernel, TrackedProcess process)
      implements MappedFiles {

    private void order(String command, long... numbers) throws IOException {
      StringBuilder line = new StringBuilder(command);
      for (long number : numbers) {
        line.append(' ').append(number);
      }
      if (!target.ask(line.toString()).equals("0")) {
        throw new IOException("the target could not do: " + line);
      }
    }

    @Override
    public long vpn(int file, boolean shared) {
      return vpns.get(index(file, shared));
    }

    @Override
    public long load(long vpn) throws IOException {
      return Long.parseLong(target.ask("l " + Pages.address(vpn)));
    }

    @Override
    public void store(long vpn, long value) throws IOException {
      order("s", Pages.address(vpn), value);
    }

    @Override
    public void punch(int file, int page, int pages) throws IOException {
      order("p", file, Pages.address(page), Pages.address(pages));
    }

    @Override
    public void remove(long vpn, int pages) throws IOException {
      order("r", Pages.address(vpn), Pages.address(pages));
    }

    @Override
    public void truncate(int file, long bytes) throws IOException {
      order("t", file, bytes);
    }

    @Override
    public void write(int file, int page, long value) throws IOException {
      order("w", file, Pages.address(page), value);
    }

    @Override
    public void close() {
      process.close();
      target.close();
    }
  }
}
