package io.github.dirtyrange.workload;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.MappedArea;
import io.github.dirtyrange.workload.WorkloadProtocol.Request;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The process that {@link LinuxWorkload} starts: maps memory, writes every page once, opens a
 * userfaultfd for the tracker to take, then obeys {@link WorkloadProtocol} until its standard input
 * ends. A thread of its own waits for that end, so that the process goes with its parent at once
 * whatever it is doing.
 */
public final class WorkloadMain {

  /** How long a signal that the terminal sends to parent and workload alike is put off. */
  private static final long GRACE_MILLIS = 1000;

  private WorkloadMain() {}

  /** Runs the plan that {@link #arguments} wrote down. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
    // Whatever else prints must not get between the answers.
    System.setOut(System.err);
    BlockingQueue<Request> requests = new ArrayBlockingQueue<>(1);
    listen(requests);
    Runtime.getRuntime().addShutdownHook(new Thread(WorkloadMain::outlastTheParent));
    try {
      serve(plan(arguments), requests, out);
    } catch (KernelException e) {
      WorkloadServer.fail(out, String.valueOf(e.getMessage()));
    }
  }

  /** {@return the arguments that make {@link #main} run a plan} */
  static String[] arguments(WorkloadPlan plan) {
    return new String[] {
      Long.toString(plan.mappedPages()),
      Integer.toString(plan.dirtyPages()),
      plan.pattern().name(),
      Long.toString(plan.seed())
    };
  }

  private static WorkloadPlan plan(String[] arguments) {
    return new WorkloadPlan(
        Long.parseLong(arguments[0]),
        Integer.parseInt(arguments[1]),
        PagePattern.valueOf(arguments[2]),
        Long.parseLong(arguments[3]));
  }

  private static void serve(
      WorkloadPlan plan, BlockingQueue<Request> requests, DataOutputStream out)
      throws IOException, InterruptedException {
    MappedArea memory = MappedArea.anonymous(Pages.address(plan.mappedPages()));
    offerToTracker();
    WorkloadServer server =
        new WorkloadServer(plan, new LinuxArea(memory), new LinuxFreshMemory(), out);
    server.populate();
    while (true) {
      server.obey(requests.take());
    }
  }

  /** The parent knows, by its own probes, whether the kernel can do it. */
  private static void offerToTracker() {
    try {
      LinuxKernel.offerUserfaultfd();
    } catch (KernelException e) {
      // Soft-dirty needs no arming.
    }
  }

  private static void listen(BlockingQueue<Request> requests) {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
    Thread listener = new Thread(() -> listenUntilTheEnd(in, requests), "requests");
    listener.setDaemon(true);
    listener.start();
  }

  private static void listenUntilTheEnd(DataInputStream in, BlockingQueue<Request> requests) {
    try {
      while (true) {
        requests.put(Request.read(in));
      }
    } catch (IOException | InterruptedException e) {
      Runtime.getRuntime().halt(0);
    }
  }

  /** Lets the parent, who got the same Ctrl-C, finish with the workload first. */
  private static void outlastTheParent() {
    try {
      TimeUnit.MILLISECONDS.sleep(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Memory that this process maps besides. */
  private record LinuxFreshMemory() implements FreshMemory {

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Area map(int pages) {
      return new LinuxFreshArea(MappedArea.anonymous(Pages.address(pages)));
    }
  }

  private record LinuxFreshArea(MappedArea memory) implements FreshMemory.Area {

    @Override
    public void load(int page) {
      long stored = memory.getLong(memory.address() + Pages.address(page));
      if (stored != 0 && stored != Stamp.POPULATED) {
        throw new IllegalStateException("fresh memory holds " + stored);
      }
    }

    @Override
    public void store(int page) {
      memory.putLong(memory.address() + Pages.address(page), Stamp.POPULATED);
    }

    @Override
    public void discard() {
      memory.discard(memory.address(), memory.bytes());
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  /** The mapped memory, page by page. */
  private record LinuxArea(MappedArea memory) implements WritableArea {

    @Override
    public long baseVpn() {
      return Pages.vpn(memory.address());
    }

    @Override
    public void store(int page, long value) {
      memory.putLong(memory.address() + Pages.address(page), value);
    }
  }
}
