package io.github.dirtyrange.workload;

import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.workload.WorkloadProtocol.Request;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The workload's side of {@link WorkloadProtocol}: obeys one request after the other. */
final class WorkloadServer {

  private final WorkloadPlan plan;
  private final long baseVpn;
  private final StampWriter writer;
  private final FreshMemory fresh;
  private final DataOutputStream out;
  private int[] round = new int[0];
  private @Nullable BusyWriter busy;
  private @Nullable Spinner spinner;

  WorkloadServer(WorkloadPlan plan, WritableArea area, FreshMemory fresh, DataOutputStream out) {
    this.plan = plan;
    this.baseVpn = area.baseVpn();
    this.writer = new StampWriter(area);
    this.fresh = fresh;
    this.out = out;
  }

  /** Writes every page once, then says that the workload is ready. */
  void populate() throws IOException {
    writer.populate(plan.writablePages());
    out.writeByte(WorkloadProtocol.OK);
    out.writeInt(WorkloadProtocol.MAGIC);
    out.writeLong(baseVpn);
    out.writeInt(plan.writablePages());
    out.flush();
  }

  /** Does what a request says, and answers. */
  void obey(Request request) throws IOException, InterruptedException {
    switch (request.command()) {
      case BEGIN_ROUND -> beginRound(request.argument());
      case WRITE -> write(request.argument());
      case REVEAL -> answer(PageSets.of(round.clone(), round.length, baseVpn));
      case START_BUSY -> startBusy(request.argument());
      case STOP_BUSY -> stopBusy();
      case START_SPINNING -> startSpinning();
      case STOP_SPINNING -> stopSpinning();
      case TOUCH_FRESH -> touchFresh();
    }
    out.flush();
  }

  /** Answers with a reason why the workload cannot go on. */
  static void fail(DataOutputStream out, String reason) throws IOException {
    out.writeByte(WorkloadProtocol.FAILED);
    out.writeUTF(reason);
    out.flush();
  }

  private void beginRound(int number) throws IOException {
    round = plan.pagesOfRound(number);
    out.writeByte(WorkloadProtocol.OK);
  }

  private void write(int subRound) throws IOException {
    long start = System.nanoTime();
    writer.write(round, subRound);
    long nanos = System.nanoTime() - start;
    out.writeByte(WorkloadProtocol.OK);
    out.writeLong(nanos);
  }

  private void startBusy(int subRound) throws IOException {
    busy = new BusyWriter(writer, plan.writablePages(), subRound);
    busy.start();
    out.writeByte(WorkloadProtocol.OK);
  }

  private void stopBusy() throws IOException, InterruptedException {
    if (busy == null) {
      fail(out, "no busy writer runs");
      return;
    }
    IntArrayList pages = busy.finish();
    busy = null;
    answer(PageSets.of(pages.elements(), pages.size(), baseVpn));
  }

  private void startSpinning() throws IOException, InterruptedException {
    if (spinner != null) {
      fail(out, "a spinner runs already");
      return;
    }
    spinner = Spinner.started();
    out.writeByte(WorkloadProtocol.OK);
  }

  private void stopSpinning() throws IOException, InterruptedException {
    if (spinner == null) {
      fail(out, "no spinner runs");
      return;
    }
    spinner.finish();
    spinner = null;
    out.writeByte(WorkloadProtocol.OK);
  }

  private void touchFresh() throws IOException {
    FirstTouch touch = FirstTouch.measure(fresh);
    out.writeByte(WorkloadProtocol.OK);
    touch.write(out);
  }

  private void answer(ChangedPages pages) throws IOException {
    out.writeByte(WorkloadProtocol.OK);
    WorkloadProtocol.writePages(out, pages, baseVpn);
  }
}
