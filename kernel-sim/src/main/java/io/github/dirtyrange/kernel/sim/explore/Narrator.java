package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.kernel.sim.explore.Exploration.TraceStep;
import io.github.dirtyrange.kernel.sim.explore.Exploration.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/** Does the steps of a trace once more, and says in words what each of them does. */
final class Narrator {

  private final World world;

  /** By page, the number of the step that stored to it last, or 0. */
  private final int[] lastStore;

  Narrator(World world) {
    this.world = world;
    lastStore = new int[world.machine().places];
  }

  Violation tell(int[] actions) {
    world.reset();
    Arrays.fill(lastStore, 0);
    List<TraceStep> trace = new ArrayList<>();
    for (int action : actions) {
      int cpu = world.actor(action);
      String text = cpu < 0 ? readerStep(action) : cpuStep(cpu, action, trace.size() + 1);
      trace.add(new TraceStep(cpu, text));
    }
    return new Violation(wrong(), trace);
  }

  private String wrong() {
    int page = world.lostPage();
    if (page != Machine.NONE) {
      return String.format(
          "lost write: the drain has ended, and the copy lacks what step %d stored to page %d",
          lastStore[page], page);
    }
    page = world.machine().forgottenPage();
    return page == Machine.NONE
        ? "stuck: nobody can do a step, and not all is done"
        : String.format(
            "lost data: the entry of page %d is not Dirty, and reclaim drops what step %d stored",
            page, lastStore[page]);
  }

  private String readerStep(int action) {
    if (world.isTurningOff(action)) {
      world.act(action);
      return "turn the queue off";
    }
    ReaderRun reader = world.reader();
    String before = reader.nextStep();
    boolean takes = reader.isTaking();
    int taken = reader.taken();
    world.act(World.READER);
    return takes ? before + ": " + pages(reader.taken() & ~taken) : before;
  }

  private static String pages(int places) {
    StringJoiner names = new StringJoiner(", ", "page ", "");
    names.setEmptyValue("nothing");
    for (int left = places; left != 0; left &= left - 1) {
      names.add(String.valueOf(Integer.numberOfTrailingZeros(left)));
    }
    return names.toString();
  }

  private String cpuStep(int cpu, int action, int number) {
    CpuRun run = world.cpu(cpu);
    Machine machine = world.machine();
    if (!world.isStore(action) && !run.isRetrying()) {
      return world.isMove(action) ? move(action) : protocolStep(run, action);
    }
    int place = run.isRetrying() ? run.place() : world.place(action);
    boolean cached = machine.hasTranslation(cpu, place);
    boolean writable = machine.isWritable(place);
    int page = machine.page(cpu, place);
    world.act(action);
    if (run.isRetrying()) {
      return "walk to page " + place + ", make it Dirty";
    }
    if (!run.isIdle()) {
      return "store to page " + place + ": fault";
    }
    if (page == Machine.NONE) {
      return "store to page " + place + ": it has gone";
    }
    lastStore[page] = number;
    return "store to page " + place + (cached && !writable ? " through a stale TLB entry" : "");
  }

  private String move(int action) {
    world.act(action);
    CpuRun run = world.cpu(world.actor(action));
    return "mremap page " + run.place() + " to " + run.target();
  }

  private String protocolStep(CpuRun run, int action) {
    String text = run.nextStep();
    world.act(action);
    return text;
  }
}
