package io.github.dirtyrange.workload;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.workload.WorkloadProtocol.Command;
import io.github.dirtyrange.workload.WorkloadProtocol.Request;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * A workload in a process of its own, a Java virtual machine that runs {@link WorkloadMain}. It
 * ends when this process does, whatever ends it.
 */
public final class LinuxWorkload implements Workload {

  private static final int STREAM_BUFFER_BYTES = 1 << 16;

  private final ChildJvm child;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final WorkloadPlan plan;
  private PageRange range = new PageRange(0, 1);
  private long populatedPages;

  private LinuxWorkload(ChildJvm child, WorkloadPlan plan) {
    this.child = child;
    this.plan = plan;
    in =
        new DataInputStream(
            new BufferedInputStream(child.process().getInputStream(), STREAM_BUFFER_BYTES));
    out = new DataOutputStream(child.process().getOutputStream());
  }

  /**
   * Starts one and waits until it has written every page once.
   *
   * @throws WorkloadEndedException if it ends before
   */
  public static LinuxWorkload start(WorkloadPlan plan) {
    LinuxWorkload workload = new LinuxWorkload(ChildJvm.start(plan), plan);
    try {
      workload.awaitReady();
      return workload;
    } catch (RuntimeException e) {
      workload.close();
      throw e;
    }
  }

  @Override
  public int pid() {
    return Math.toIntExact(child.process().pid());
  }

  @Override
  public List<PageRange> ranges() {
    return List.of(range);
  }

  @Override
  public long populatedPages() {
    return populatedPages;
  }

  /** {@inheritDoc} The workload asks for none. */
  @Override
  public boolean startsInHugePages() {
    return false;
  }

  @Override
  public void beginRound(int round) {
    tell(Command.BEGIN_ROUND, round);
  }

  @Override
  public double write(int subRound) {
    long nanos = ask(Command.WRITE, subRound, DataInputStream::readLong);
    return plan.nanosPerPage(nanos);
  }

  @Override
  public ChangedPages reveal() {
    return ask(Command.REVEAL, 0, this::readPages);
  }

  @Override
  public void startBusy(int subRound) {
    tell(Command.START_BUSY, subRound);
  }

  @Override
  public ChangedPages stopBusy() {
    return ask(Command.STOP_BUSY, 0, this::readPages);
  }

  @Override
  public void startSpinning() {
    tell(Command.START_SPINNING, 0);
  }

  @Override
  public void stopSpinning() {
    tell(Command.STOP_SPINNING, 0);
  }

  @Override
  public FirstTouch touchFreshMemory() {
    return ask(Command.TOUCH_FRESH, 0, FirstTouch::read);
  }

  @Override
  public boolean hasEnded() {
    return child.hasEnded();
  }

  @Override
  public void close() {
    child.close();
  }

  private void awaitReady() {
    try {
      expectOk();
      if (in.readInt() != WorkloadProtocol.MAGIC) {
        throw new WorkloadEndedException("the workload's process does not speak its protocol");
      }
      long startVpn = in.readLong();
      range = new PageRange(startVpn, startVpn + plan.mappedPages());
      populatedPages = in.readInt();
    } catch (IOException e) {
      throw ended();
    }
  }

  private void tell(Command command, int argument) {
    ask(command, argument, nothing -> command);
  }

  private <T> T ask(Command command, int argument, Answer<T> answer) {
    try {
      new Request(command, argument).write(out);
      expectOk();
      return answer.read(in);
    } catch (IOException e) {
      throw ended();
    }
  }

  private void expectOk() throws IOException {
    if (in.readUnsignedByte() != WorkloadProtocol.OK) {
      throw new WorkloadEndedException("the workload gave up: " + in.readUTF());
    }
  }

  private ChangedPages readPages(DataInputStream from) throws IOException {
    return WorkloadProtocol.readPages(from, range.startVpn());
  }

  private WorkloadEndedException ended() {
    return new WorkloadEndedException("the workload ended: " + child.lastWords());
  }

  /** Reads what a command gives. */
  @FunctionalInterface
  private interface Answer<T> {
    T read(DataInputStream in) throws IOException;
  }
}
